package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class SignInViewTest extends PageTest {
    @Test
    void standsInForEveryPageThatNeedsAPerson() {
        var sentence = "One moment: this page is for people who are signed in.";
        open(null, "found");
        assertThat(shown()).contains(sentence);
        open(null, World.page(World.organisation("Lab"), "home"));
        assertThat(shown()).contains(sentence);
        open(null, "staff/desk");
        assertThat(shown()).contains(sentence);
        open(World.staff(Role.AUDITOR), "staff/desk");
        assertThat(shown()).doesNotContain(sentence);
    }
}
