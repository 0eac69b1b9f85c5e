package org.allodium.portal.keys;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NewKeyDialogTest extends PageTest {
    private Tenant tenant;
    private Project project;

    @BeforeEach
    void found() {
        tenant = World.organisation("Lab");
        project = World.project(tenant, "Tides");
        World.key(tenant, project, World.ownerOf(tenant), Role.OWNER, "laptop");
    }

    private void openDialog(Person who) {
        open(who, World.page(tenant, project, "keys"));
        click("New key");
    }

    @Test
    void asksForAName() {
        openDialog(World.ownerOf(tenant));
        answer("Create key");
        assertThat(shown()).contains("Please fill in this field.", "New key");
    }

    @Test
    void refusesANameThatAnotherKeyHas() {
        openDialog(World.ownerOf(tenant));
        fill("Name", "laptop");
        answer("Create key");
        assertThat(shown())
                .contains(
                        "This project has a live key of this name already. Choose another name, or rotate that key.");
    }

    @Test
    void refusesAMemberWhoReadsBillsOnlyMeanwhile() {
        var member = World.member(tenant, Role.MEMBER);
        World.key(tenant, project, member, Role.MEMBER, "notebook");
        openDialog(member);
        World.changeRole(tenant, member, Role.BILLING_VIEWER, Role.MEMBER);
        fill("Name", "cluster");
        answer("Create key");
        assertThat(shown()).contains("This needs one of the roles owner, admin, member.");
    }
}
