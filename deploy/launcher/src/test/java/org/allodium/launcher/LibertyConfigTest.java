package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LibertyConfigTest {
    private static final Pattern LITERAL =
            Pattern.compile("(?i)(password|secret|token)\\w*\\s*=\\s*\"?(?!\\$\\{)[^\\s\"]+");

    static List<Path> files() throws IOException {
        try (var all = Files.list(Checkout.root().resolve("src/main/liberty/config"))) {
            return all.toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void holdsNoSecret(Path file) throws IOException {
        assertThat(Files.readString(file)).doesNotContainPattern(LITERAL);
    }

    /// Who hung up is found by the connection's own addresses; a forwarded header must not replace
    /// them.
    @ParameterizedTest
    @MethodSource("files")
    void takesAddressesFromTheConnectionAlone(Path file) throws IOException {
        assertThat(Files.readString(file)).doesNotContainIgnoringCase("remoteIp");
    }
}
