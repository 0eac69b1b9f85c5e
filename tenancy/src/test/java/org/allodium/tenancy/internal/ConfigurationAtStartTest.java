package org.allodium.tenancy.internal;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

class ConfigurationAtStartTest {
    /// In which one key is set.
    private static Config with(String key) {
        return (Config)
                Proxy.newProxyInstance(
                        Config.class.getClassLoader(),
                        new Class<?>[] {Config.class},
                        (_, _, arguments) ->
                                Optional.of("set").filter(_ -> key.equals(arguments[0])));
    }

    @Test
    void aKeyThatIsReadNoMoreStopsTheStartWithItsSuccessor() {
        assertThatThrownBy(
                        () ->
                                ConfigurationAtStart.refuseRetired(
                                        with("allodium.evidence.signing-key-file")))
                .hasMessageContaining("set allodium.signing-key-file");
    }

    @Test
    void otherKeysDoNot() {
        assertThatCode(() -> ConfigurationAtStart.refuseRetired(with("allodium.signing-key-file")))
                .doesNotThrowAnyException();
    }
}
