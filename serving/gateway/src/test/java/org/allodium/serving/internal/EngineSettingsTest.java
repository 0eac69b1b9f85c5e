package org.allodium.serving.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.allodium.serving.ServingConfig;
import org.allodium.sovereignty.PoolId;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;

class EngineSettingsTest {
    @Test
    void aPoolMayHaveCoresOfItsOwn() {
        var settings =
                ServingConfig.from(
                                new Settings(
                                        Map.of(
                                                "allodium.engine.device", "cpu:0-7",
                                                "allodium.engine.device.node-1", "cpu:8-15")))
                        .engine();
        assertThat(settings.device(new PoolId("node-1"))).isEqualTo("cpu:8-15");
        assertThat(settings.device(new PoolId("node-0"))).isEqualTo("cpu:0-7");
    }

    @Test
    void withoutSettingsTheWholeProcessorComputes() {
        var settings = ServingConfig.from(new Settings(Map.of())).engine();
        assertThat(settings.device(new PoolId("anywhere"))).isEqualTo("cpu");
        assertThat(settings.lookup()).isTrue();
    }

    @Test
    void guessesCanBeForbidden() {
        var settings = ServingConfig.from(new Settings(Map.of("allodium.engine.lookup", "false")));
        assertThat(settings.engine().lookup()).isFalse();
    }

    @Test
    void refusesPowerBelowNothing() {
        assertThatThrownBy(
                        () ->
                                ServingConfig.from(
                                        new Settings(Map.of("allodium.engine.watts", "-1"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allodium.engine");
    }

    private record Settings(Map<String, String> values) implements Config {
        @Override
        public <T> T getValue(String name, Class<T> type) {
            return getOptionalValue(name, type).orElseThrow();
        }

        @Override
        public <T> Optional<T> getOptionalValue(String name, Class<T> type) {
            var value = values.get(name);
            if (value == null) {
                return Optional.empty();
            }
            return Optional.of(
                    type.cast(
                            type == Double.class
                                    ? Double.valueOf(value)
                                    : type == Boolean.class ? Boolean.valueOf(value) : value));
        }

        @Override
        public Iterable<String> getPropertyNames() {
            return values.keySet();
        }

        @Override
        public ConfigValue getConfigValue(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Iterable<ConfigSource> getConfigSources() {
            return List.of();
        }

        @Override
        public <T> Optional<Converter<T>> getConverter(Class<T> type) {
            return Optional.empty();
        }

        @Override
        public <T> T unwrap(Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }
}
