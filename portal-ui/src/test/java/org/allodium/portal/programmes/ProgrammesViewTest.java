package org.allodium.portal.programmes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class ProgrammesViewTest extends PageTest {
    @Test
    void showsAVisitorNothingBeforeSigningIn() {
        var tenant = World.organisation("Lab");
        open(null, World.page(tenant, "programmes"));
        assertThat(shown())
                .contains("One moment: this page is for people who are signed in.")
                .doesNotContain("Programmes");
    }

    @Test
    void isNoPageForStrangers() {
        var tenant = World.organisation("Lab");
        open(World.ownerOf(World.organisation("Other")), World.page(tenant, "programmes"));
        assertThat(shown()).contains("There is no such page").doesNotContain("Programmes");
    }

    @Test
    void saysThatNoneIsOpen() {
        World.pass(Duration.ofDays(31));
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "programmes"));
        assertThat(shown())
                .contains("No programme is open", "When a funder opens one, it appears here.");
    }

    @Test
    void tellsAMemberWhoCanApply() {
        World.programme("Allowance");
        var tenant = World.organisation("Lab");
        open(World.member(tenant, Role.MEMBER), World.page(tenant, "programmes"));
        assertThat(shown()).contains("Owners and administrators of your organisation can apply.");
        assertThat(offers("Apply")).isFalse();
    }

    @Test
    void tellsWhoeverIsNotEligible() {
        World.programme("For start-ups", Set.of(OrganisationKind.STARTUP));
        var tenant = World.organisation("Ministry", OrganisationKind.PUBLIC_BODY);
        open(World.ownerOf(tenant), World.page(tenant, "programmes"));
        assertThat(shown()).contains("Not for your kind of organisation.");
    }

    @Test
    void keepsAnApplicationThatIsNotWithdrawnAfterAll() {
        var tenant = World.organisation("Lab");
        World.application(World.programme("Allowance"), tenant);
        open(World.ownerOf(tenant), World.page(tenant, "programmes"));
        click("Withdraw");
        assertThat(shown()).contains("Withdraw this application?");
        click("Cancel");
        assertThat(shown()).contains("waiting").doesNotContain("The application is withdrawn");
    }

    @Test
    void withdrawsAnApplication() {
        var tenant = World.organisation("Lab");
        World.application(World.programme("Allowance"), tenant);
        open(World.ownerOf(tenant), World.page(tenant, "programmes"));
        click("Withdraw");
        answer("Withdraw");
        assertThat(shown()).contains("The application is withdrawn", "withdrawn");
    }

    @Test
    void refusesWhoeverBelongsToTheOrganisationNoMore() {
        var tenant = World.organisation("Lab");
        World.application(World.programme("Allowance"), tenant);
        var admin = World.member(tenant, Role.ADMIN);
        open(admin, World.page(tenant, "programmes"));
        click("Withdraw");
        World.leave(tenant, admin);
        answer("Withdraw");
        assertThat(shown()).contains("This needs one of the roles owner, admin.");
    }

    @Test
    void refusesAnAdminWhoWasMadeAMemberMeanwhile() {
        var tenant = World.organisation("Lab");
        World.application(World.programme("Allowance"), tenant);
        var admin = World.member(tenant, Role.ADMIN);
        open(admin, World.page(tenant, "programmes"));
        click("Withdraw");
        World.changeRole(tenant, admin, Role.MEMBER, Role.ADMIN);
        answer("Withdraw");
        assertThat(shown())
                .contains("This needs one of the roles owner, admin.")
                .doesNotContain("The application is withdrawn");
    }
}
