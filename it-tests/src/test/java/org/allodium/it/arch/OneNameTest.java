package org.allodium.it.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// One name stands for one thing: whoever reads or looks for a class by its simple name has found
/// it.
class OneNameTest {
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
        assertThat(names).isEmpty();
    }
}
