package org.allodium.portal.handbook;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.junit.jupiter.api.Test;

/// What the viewer draws is seen in a browser (`AccessibleIT`); here, that everybody gets it.
class ReferenceViewTest extends PageTest {
    @Test
    void isForEverybodyAndLeadsToTheDocument() {
        open(null, "reference");
        assertThat(shown())
                .contains(
                        "API reference",
                        "Every operation of both APIs, from the same description that programs read.",
                        "Description as JSON");
    }

    @Test
    void isReachedFromTheHandbook() {
        open(null, "handbook");
        assertThat(shown()).contains("API reference");
    }
}
