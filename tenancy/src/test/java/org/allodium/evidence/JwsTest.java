package org.allodium.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.allodium.evidence.internal.SigningKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwsTest {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    @TempDir Path home;
    private SigningKey key;

    @BeforeEach
    void open() {
        key = SigningKey.open(home.resolve("key.json"));
    }

    /// The seconds since 1970 need more than 31 bits from then on.
    @Test
    void saysWhenItWasMadeAfter2038Too() {
        var time = Instant.parse("2040-01-01T00:00:00Z");
        assertThat(at("" + time.getEpochSecond())).contains(time);
    }

    @Test
    void whatIsNoTimeIsNone() {
        for (var odd :
                new String[] {
                    "9223372036854775807", "-9223372036854775808", "1e300", "1.5", "\"1\"", "null"
                }) {
            assertThat(at(odd)).as(odd).isEmpty();
        }
    }

    private Optional<Instant> at(String issued) {
        var header =
                BASE64.encodeToString(
                        "{\"alg\":\"ES256\",\"kid\":\"%s\",\"iat\":%s}"
                                .formatted(key.id(), issued)
                                .getBytes(StandardCharsets.US_ASCII));
        var signed = header + "." + BASE64.encodeToString("{}".getBytes(StandardCharsets.US_ASCII));
        var signature = BASE64.encodeToString(key.sign(signed.getBytes(StandardCharsets.US_ASCII)));
        return Jws.verified(signed + "." + signature, key.jwks()).orElseThrow().at();
    }
}
