package org.allodium.portal.staff;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class VerificationViewTest extends PageTest {
    @Test
    void saysThatNobodyHasLookedYet() {
        var tenant = World.unverified("Lab", OrganisationKind.STARTUP);
        open(World.staff(Role.ADMINISTRATOR), "staff/verifications/" + tenant.slug());
        assertThat(shown())
                .contains(
                        tenant.name(),
                        "Start-up",
                        "not verified",
                        "Nothing yet",
                        "Nobody has verified this organisation.");
    }

    @Test
    void verifiesOnABasisOnly() {
        var tenant = World.unverified("Lab", OrganisationKind.STARTUP);
        open(World.staff(Role.ADMINISTRATOR), "staff/verifications/" + tenant.slug());
        click("Verify");
        answer("Verify");
        assertThat(shown()).contains("Please fill in this field.");
        fill("Basis", "Seen it");
        answer("Verify");
        assertThat(shown()).contains("Say in 10 to 1000 characters what this rests on.");
        fill("Basis", "Entry 17 of the register of XA.");
        answer("Verify");
        assertThat(shown())
                .contains(
                        tenant.name() + " is verified",
                        "verified",
                        "Entry 17 of the register of XA.")
                .doesNotContain("not verified");
    }

    @Test
    void refusesWhatAColleagueDidMeanwhile() {
        var tenant = World.unverified("Lab", OrganisationKind.STARTUP);
        open(World.staff(Role.ADMINISTRATOR), "staff/verifications/" + tenant.slug());
        click("Verify");
        World.verify(tenant);
        fill("Basis", "Entry 17 of the register of XA.");
        answer("Verify");
        assertThat(shown()).contains("This organisation is verified already.");
    }

    @Test
    void refusesAnOfficerWhoBelongsToTheOrganisation() {
        var tenant = World.unverified("Lab", OrganisationKind.STARTUP);
        var officer = World.staff(Role.PROGRAMME_OFFICER);
        World.join(tenant, officer, Role.MEMBER);
        open(officer, "staff/verifications/" + tenant.slug());
        click("Verify");
        fill("Basis", "Entry 17 of the register of XA.");
        answer("Verify");
        assertThat(shown()).contains("Nobody verifies an organisation they belong to.");
    }

    @Test
    void takesAVerificationBack() {
        var tenant = World.organisation("Lab");
        open(World.staff(Role.ADMINISTRATOR), "staff/verifications/" + tenant.slug());
        click("Take back");
        fill("Basis", "The entry was deleted.");
        answer("Take back");
        assertThat(shown()).contains(tenant.name() + " is no longer verified", "not verified");
    }

    @Test
    void isNoPageWithoutTheOrganisation() {
        open(World.staff(Role.ADMINISTRATOR), "staff/verifications/nobody");
        assertThat(shown()).contains("There is no such page");
    }

    @Test
    void isNoPageForAnAuditor() {
        open(World.staff(Role.AUDITOR), "staff/verifications/" + World.organisation("Lab").slug());
        assertThat(shown()).contains("There is no such page").doesNotContain("Take back");
    }
}
