package org.allodium.portal.handbook;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.junit.jupiter.api.Test;

class HandbookViewTest extends PageTest {
    @Test
    void isForEverybody() {
        open(null, "handbook");
        assertThat(shown()).contains("Handbook", "What is a key?");
    }

    @Test
    void saysThatNoHeadingHasTheWords() {
        open(null, "handbook");
        fill("Search the headings", "no such words");
        assertThat(shown())
                .contains(
                        "No heading has these words",
                        "Try fewer or other words; the headings are in English.")
                .doesNotContain("What is a key?");
    }
}
