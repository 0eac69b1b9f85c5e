package org.allodium.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// One name stands for one thing: whoever reads or looks for a class by its simple name has found
/// it.
class OneNameTest {
    /// The portal's beside those of the corpus, which the portal does not use.
    private static final Set<String> STAND_TWICE = Set.of("Conversation.java", "Words.java");

    @Test
    void noSimpleNameStandsTwice() throws IOException {
        var names =
                Modules.files("src/main/java", "[A-Z].*\\.java").stream()
                        .collect(
                                Collectors.groupingBy(
                                        file -> file.getFileName().toString(),
                                        Collectors.counting()));
        assertThat(names).hasSizeGreaterThan(500);
        names.values().removeIf(times -> times == 1);
        assertThat(names.keySet()).isEqualTo(STAND_TWICE);
    }
}
