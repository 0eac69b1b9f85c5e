package org.allodium.portal.handbook;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.junit.jupiter.api.Test;

class HandbookPageViewTest extends PageTest {
    @Test
    void showsItsPassages() {
        open(null, "handbook/keys");
        assertThat(shown()).contains("What is a key?", "On this page");
    }

    @Test
    void isNoPageWithoutTheChapter() {
        open(null, "handbook/none");
        assertThat(shown()).contains("There is no such page").doesNotContain("On this page");
    }
}
