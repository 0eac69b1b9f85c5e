package org.allodium.portal.staff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class VerificationsViewTest extends PageTest {
    @Test
    void saysThatNobodyWaits() {
        inAnEmptyWorld();
        World.organisation("Lab");
        open(World.staff(Role.ADMINISTRATOR), "staff/verifications");
        assertThat(shown()).contains("Nobody waits", "Every organisation is verified.");
    }

    @Test
    void leadsBackFromBehindTheEndOfTheList() {
        World.unverified("Lab", OrganisationKind.RESEARCH);
        open(World.staff(Role.ADMINISTRATOR), "staff/verifications?page=999999");
        assertThat(shown())
                .contains(
                        "This list has no such page",
                        "It ends earlier than the address asks for.",
                        "To its beginning")
                .doesNotContain("Nobody waits", "Previous");
    }

    @Test
    void leadsFromPageToPage() {
        inAnEmptyWorld();
        var first = World.unverified("Lab", OrganisationKind.RESEARCH);
        IntStream.range(0, 24).forEach(one -> World.unverified("Lab", OrganisationKind.RESEARCH));
        var last = World.unverified("Lab", OrganisationKind.RESEARCH);
        var officer = World.staff(Role.PROGRAMME_OFFICER);
        open(officer, "staff/verifications");
        assertThat(shown()).contains(first.name(), "Next").doesNotContain(last.name(), "Previous");
        open(officer, "staff/verifications?page=1");
        assertThat(shown()).contains(last.name(), "Previous").doesNotContain(first.name(), "Next");
    }

    @Test
    void showsWhoWaits() {
        var waiting = World.unverified("Lab", OrganisationKind.RESEARCH);
        var verified = World.organisation("Lab");
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/verifications");
        assertThat(shown()).contains(waiting.name()).doesNotContain(verified.name());
    }

    @Test
    void isNoPageForAnAuditor() {
        open(World.staff(Role.AUDITOR), "staff/verifications");
        assertThat(shown()).contains("There is no such page").doesNotContain("Verification");
    }
}
