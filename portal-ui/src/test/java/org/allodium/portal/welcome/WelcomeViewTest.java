package org.allodium.portal.welcome;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.Country;
import org.allodium.portal.shell.PageTest;
import org.junit.jupiter.api.Test;

class WelcomeViewTest extends PageTest {
    @Test
    void saysThatNoModelRunsYet() {
        inAnEmptyWorld();
        open(null, "");
        assertThat(shown())
                .contains(
                        "Create an account",
                        "No model is deployed",
                        "As soon as an operator deploys one, it appears here.");
    }

    @Test
    void showsEverybodyWhatRunsWhere() {
        Country.model("near", "norrhamn-cpu");
        open(null, "");
        assertThat(shown()).contains("near").doesNotContain("No model is deployed");
    }
}
