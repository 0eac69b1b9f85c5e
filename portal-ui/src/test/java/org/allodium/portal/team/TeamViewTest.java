package org.allodium.portal.team;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.component.button.Button;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class TeamViewTest extends PageTest {
    @Test
    void showsAMemberRolesAndNothingToChange() {
        var tenant = World.organisation("Lab");
        open(World.member(tenant, Role.MEMBER), World.page(tenant, "team"));
        assertThat(shown()).contains(World.ownerOf(tenant).name(), "Owner", "Member");
        assertThat(offers("Invite somebody")).isFalse();
        assertThat(offers("Remove")).isFalse();
    }

    @Test
    void changesARole() {
        var tenant = World.organisation("Lab");
        var member = World.member(tenant, Role.MEMBER);
        open(World.ownerOf(tenant), World.page(tenant, "team"));
        fill("Role of " + member.name(), "Billing viewer");
        assertThat(shown()).contains(member.name() + " is now: Billing viewer");
    }

    @Test
    void refusesToLeaveTheOrganisationWithoutAnOwner() {
        var tenant = World.organisation("Lab");
        var owner = World.ownerOf(tenant);
        open(owner, World.page(tenant, "team"));
        fill("Role of " + owner.name(), "Member");
        assertThat(shown())
                .contains(
                        "An organisation keeps at least one owner: make somebody else owner first.");
        assertThat(value("Role of " + owner.name())).isEqualTo(Role.OWNER);
    }

    @Test
    void offersNobodyARoleThatTheyCannotGive() {
        var tenant = World.organisation("Lab");
        var member = World.member(tenant, Role.MEMBER);
        open(World.ownerOf(tenant), World.page(tenant, "team"));
        assertThat(choices("Role of " + member.name()))
                .containsExactly("Owner", "Organisation admin", "Member", "Billing viewer");
        open(World.member(tenant, Role.ADMIN), World.page(tenant, "team"));
        assertThat(choices("Role of " + member.name()))
                .containsExactly("Organisation admin", "Member", "Billing viewer");
    }

    @Test
    void offersAnAdminNoWayToEndAnOwnersMembership() {
        var tenant = World.organisation("Lab");
        open(World.member(tenant, Role.ADMIN), World.page(tenant, "team"));
        assertThat(find(Button.class).withText("Remove").all()).hasSize(1);
        clickAt("admin", "Remove");
        assertThat(shown())
                .anyMatch(line -> line.startsWith("Remove admin"))
                .noneMatch(line -> line.startsWith("Remove Owner"));
    }

    @Test
    void showsWhatSomebodyElseChangedMeanwhile() {
        var tenant = World.organisation("Lab");
        var member = World.member(tenant, Role.MEMBER);
        open(World.ownerOf(tenant), World.page(tenant, "team"));
        World.changeRole(tenant, member, Role.ADMIN, Role.MEMBER);
        fill("Role of " + member.name(), "Billing viewer");
        assertThat(shown())
                .contains(
                        World.ownerOf(tenant).name()
                                + " changed this meanwhile. Nothing of yours was saved.");
        assertThat(value("Role of " + member.name())).isEqualTo(Role.ADMIN);
    }

    @Test
    void removesAMemberAfterAsking() {
        var tenant = World.organisation("Lab");
        var member = World.member(tenant, Role.MEMBER);
        open(World.ownerOf(tenant), World.page(tenant, "team"));
        clickAt(member.name(), "Remove");
        assertThat(shown()).contains("Remove " + member.name() + "?");
        answer("Remove");
        assertThat(shown()).contains(member.name() + " is removed").doesNotContain(member.email());
    }

    @Test
    void refusesAnAdminWhoWasMadeAMemberMeanwhile() {
        var tenant = World.organisation("Lab");
        var other = World.member(tenant, Role.BILLING_VIEWER);
        var admin = World.member(tenant, Role.ADMIN);
        open(admin, World.page(tenant, "team"));
        World.changeRole(tenant, admin, Role.MEMBER, Role.ADMIN);
        fill("Role of " + other.name(), "Member");
        assertThat(shown()).contains("This needs one of the roles owner, admin, administrator.");
        assertThat(value("Role of " + other.name())).isEqualTo(Role.BILLING_VIEWER);
    }

    @Test
    void withdrawsAnInvitation() {
        var tenant = World.organisation("Lab");
        World.invite(tenant, "grace@example.org");
        open(World.ownerOf(tenant), World.page(tenant, "team"));
        assertThat(shown()).contains("Open invitations", "grace@example.org");
        click("Withdraw");
        assertThat(shown())
                .contains("The invitation of grace@example.org is withdrawn")
                .doesNotContain("Open invitations");
    }

    @Test
    void showsAMemberNoInvitations() {
        var tenant = World.organisation("Lab");
        World.invite(tenant, "grace@example.org");
        open(World.member(tenant, Role.MEMBER), World.page(tenant, "team"));
        assertThat(shown()).doesNotContain("Open invitations", "grace@example.org");
    }
}
