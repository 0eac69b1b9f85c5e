package org.allodium.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.allodium.evidence.KeyUse;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A key that would sign what nobody can check is refused when it is read.
class KeyFilesTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir Path home;
    private Path file;

    @BeforeEach
    void place() {
        file = home.resolve("key.json");
    }

    @ParameterizedTest
    @EnumSource(KeyUse.class)
    void whatWasMadeIsRead(KeyUse use) {
        var made = new KeyPlace(use, file).held();
        assertThat(new KeyPlace(use, file).held()).isEqualTo(made);
    }

    @ParameterizedTest
    @EnumSource(KeyUse.class)
    void aKeyUnderAnothersNameIsRefused(KeyUse use) throws IOException {
        refuses(use, made(use).put("kid", made(use).required("kid").stringValue()));
        var nameless = made(use);
        nameless.remove("kid");
        refuses(use, nameless);
    }

    @ParameterizedTest
    @EnumSource(KeyUse.class)
    void aPublicHalfAloneIsRefused(KeyUse use) throws IOException {
        var half = made(use);
        half.remove("d");
        refuses(use, half);
    }

    @ParameterizedTest
    @EnumSource(KeyUse.class)
    void halvesOfTwoKeysAreRefused(KeyUse use) throws IOException {
        refuses(use, made(use).put("d", made(use).required("d").stringValue()));
    }

    @ParameterizedTest
    @EnumSource(KeyUse.class)
    void whatIsNoKeyOfThisKindIsRefused(KeyUse use) throws Exception {
        for (var text :
                new String[] {
                    "",
                    "{}",
                    "[]",
                    "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
                    new ECKeyGenerator(Curve.P_384)
                            .keyIDFromThumbprint(true)
                            .generate()
                            .toJSONString()
                }) {
            refuses(use, text);
        }
    }

    @Test
    void theRefusalNamesTheFile() throws IOException {
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> SigningKey.open(file)).hasMessageContaining(file.toString());
        assertThatThrownBy(() -> CheckpointKey.open(file)).hasMessageContaining(file.toString());
    }

    private ObjectNode made(KeyUse use) throws IOException {
        Files.deleteIfExists(file);
        new KeyPlace(use, file).held();
        return (ObjectNode) JSON.readTree(Files.readString(file));
    }

    private void refuses(KeyUse use, ObjectNode key) throws IOException {
        refuses(use, key.toString());
    }

    private void refuses(KeyUse use, String text) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> new KeyPlace(use, file).held())
                .as(text.length() > 20 ? "a key" : text)
                .isInstanceOf(Refused.class);
    }
}
