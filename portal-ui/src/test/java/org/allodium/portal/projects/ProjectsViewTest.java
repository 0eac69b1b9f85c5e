package org.allodium.portal.projects;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class ProjectsViewTest extends PageTest {
    @Test
    void saysThatThereIsNone() {
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "projects"));
        assertThat(shown())
                .contains("No project yet", "A project holds keys and shows its own usage.");
        assertThat(offers("New project")).isTrue();
    }

    @Test
    void letsAMemberReadOnly() {
        var tenant = World.organisation("Lab");
        World.project(tenant, "Tides");
        open(World.member(tenant, Role.MEMBER), World.page(tenant, "projects"));
        assertThat(shown()).contains("Tides", "off");
        assertThat(offers("New project")).isFalse();
        assertThat(offers("Rename")).isFalse();
    }

    @Test
    void createsOne() {
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "projects"));
        click("New project");
        click("Save");
        assertThat(shown()).contains("Please fill in this field.");
        fill("Name", "Tides");
        click("Save");
        assertThat(shown()).contains("“Tides” is created").doesNotContain("No project yet");
    }

    @Test
    void refusesANameThatAnotherHas() {
        var tenant = World.organisation("Lab");
        World.project(tenant, "Tides");
        open(World.ownerOf(tenant), World.page(tenant, "projects"));
        click("New project");
        fill("Name", "Tides");
        click("Save");
        assertThat(shown()).contains("Another project has this name.");
    }

    @Test
    void saysWhatSomebodyElseCalledItMeanwhile() {
        var tenant = World.organisation("Lab");
        var project = World.project(tenant, "Tides");
        open(World.ownerOf(tenant), World.page(tenant, "projects"));
        click("Rename");
        World.rename(tenant, project, "Waves");
        fill("Name", "Storms");
        click("Save");
        assertThat(shown())
                .contains(
                        World.ownerOf(tenant).name()
                                + " changed this meanwhile. Nothing of yours was saved. It is called “Waves” now. Save again to put yours in its place.");
    }

    @Test
    void leavesTheAnswerCacheAsItWasWhenItMayNotBeSwitched() {
        var tenant = World.organisation("Lab");
        World.project(tenant, "Tides");
        var admin = World.member(tenant, Role.ADMIN);
        open(admin, World.page(tenant, "projects"));
        World.changeRole(tenant, admin, Role.MEMBER, Role.ADMIN);
        fill("Answer cache of Tides", true);
        assertThat(shown())
                .contains("This needs one of the roles owner, admin, administrator.")
                .doesNotContain("Answers of “Tides” are kept and replayed from now on");
        assertThat(value("Answer cache of Tides")).isEqualTo(false);
    }
}
