package org.allodium.portal.team;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InviteDialogTest extends PageTest {
    private Tenant tenant;

    @BeforeEach
    void found() {
        tenant = World.organisation("Lab");
    }

    private void openDialog(Person who) {
        open(who, World.page(tenant, "team"));
        click("Invite somebody");
    }

    @Test
    void refusesWhatIsNoAddress() {
        openDialog(World.ownerOf(tenant));
        fill("E-mail", "grace at example");
        fill("Name", "Grace");
        click("Invite");
        assertThat(shown()).contains("This is no e-mail address.", "Invite somebody");
    }

    @Test
    void asksForEveryFieldThatIsNeeded() {
        openDialog(World.ownerOf(tenant));
        click("Invite");
        assertThat(shown().stream().filter("Please fill in this field."::equals)).hasSize(2);
    }

    @Test
    void offersAnAdminNoOwnership() {
        openDialog(World.member(tenant, Role.ADMIN));
        assertThat(choices("Role"))
                .containsExactly("Organisation admin", "Member", "Billing viewer");
    }

    @Test
    void refusesAnAdminWhoWasMadeAMemberMeanwhile() {
        var admin = World.member(tenant, Role.ADMIN);
        openDialog(admin);
        World.changeRole(tenant, admin, Role.MEMBER, Role.ADMIN);
        fill("E-mail", "grace@example.org");
        fill("Name", "Grace");
        click("Invite");
        assertThat(shown()).contains("This needs one of the roles owner, admin.");
    }

    @Test
    void saysThatTheSignInServiceIsAwayAndKeepsWhatWasTyped() {
        openDialog(World.ownerOf(tenant));
        fill("E-mail", "grace@example.org");
        fill("Name", "Grace");
        World.withoutAccounts(() -> click("Invite"));
        assertThat(shown())
                .contains(
                        "The sign-in service does not answer. Nothing was changed; try again in a minute.");
    }

    @Test
    void handsTheLinkOverOnceWhereNoMailIsSent() {
        openDialog(World.ownerOf(tenant));
        fill("E-mail", "grace@example.org");
        fill("Name", "Grace");
        click("Invite");
        assertThat(shown())
                .contains(
                        "Invitation for grace@example.org",
                        "No mail was sent. Hand over this link yourself: whoever opens it and signs in"
                                + " with the invited address becomes a member. It is shown this once.")
                .anyMatch(line -> line.matches("http://\\S+/login\\?invitation=\\S+"));
        answer("Close");
        assertThat(shown())
                .contains("Open invitations", "grace@example.org")
                .noneMatch(line -> line.contains("invitation="));
    }

    @Test
    void refusesASecondInvitation() {
        openDialog(World.ownerOf(tenant));
        fill("E-mail", "grace@example.org");
        fill("Name", "Grace");
        click("Invite");
        answer("Close");
        click("Invite somebody");
        fill("E-mail", "Grace@Example.org");
        fill("Name", "Grace");
        click("Invite");
        assertThat(shown())
                .contains(
                        "grace@example.org is invited already. Withdraw that invitation to make another.");
    }
}
