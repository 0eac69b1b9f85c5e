package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class MailServerTest {
    private static final Map<String, String> WHOLE =
            Map.of(
                    "ALLODIUM_SMTP_HOST", "mail.example.org",
                    "ALLODIUM_SMTP_FROM", "portal@example.org",
                    "ALLODIUM_SMTP_USER", "portal",
                    "ALLODIUM_SMTP_PASSWORD", "a-secret");

    @Test
    void withoutAHostTheRealmVerifiesAndResetsNothing() {
        assertThat(MailServer.of(Map.of("ALLODIUM_SMTP_FROM", "a@b"))).isEmpty();
        var realm = JsonMapper.shared().readTree(MailServer.realm(Optional.empty()));
        assertThat(realm.path("verifyEmail").asBoolean(true)).isFalse();
        assertThat(realm.path("resetPasswordAllowed").asBoolean(true)).isFalse();
        assertThat(realm.path("smtpServer").size()).isZero();
    }

    @Test
    void withOneAddressesAreVerifiedAndPasswordsReset() {
        var realm = JsonMapper.shared().readTree(MailServer.realm(MailServer.of(WHOLE)));
        assertThat(realm.path("verifyEmail").asBoolean(false)).isTrue();
        assertThat(realm.path("resetPasswordAllowed").asBoolean(false)).isTrue();
        var smtp = realm.path("smtpServer");
        assertThat(smtp.path("port").asString()).isEqualTo("587");
        assertThat(smtp.path("starttls").asString()).isEqualTo("true");
        assertThat(smtp.path("auth").asString()).isEqualTo("true");
    }

    @ParameterizedTest
    @CsvSource({
        "ALLODIUM_SMTP_FROM, nobody",
        "ALLODIUM_SMTP_PORT, 70000",
        "ALLODIUM_SMTP_PORT, smtp",
        "ALLODIUM_SMTP_TLS, maybe",
        "ALLODIUM_SMTP_PASSWORD, ''"
    })
    void namesTheSettingThatIsWrong(String name, String value) {
        var wrong = new HashMap<>(WHOLE);
        wrong.put(name, value);
        assertThatThrownBy(() -> MailServer.of(wrong))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining(name);
    }

    @Test
    void printsNoPassword() {
        assertThat(MailServer.of(WHOLE).toString()).doesNotContain("a-secret");
    }
}
