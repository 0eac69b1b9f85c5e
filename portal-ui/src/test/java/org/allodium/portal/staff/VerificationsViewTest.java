package org.allodium.portal.staff;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class VerificationsViewTest extends PageTest {
    @Test
    void saysThatNobodyWaits() {
        open(World.staff(Role.ADMINISTRATOR), "staff/verifications?page=999999");
        assertThat(shown()).contains("Nobody waits", "Every organisation is verified.");
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
