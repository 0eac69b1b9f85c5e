package org.allodium.portal.home;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.Country;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class HomeViewTest extends PageTest {
    @Test
    void tellsABeginnerWhatToDo() {
        inAnEmptyWorld();
        var tenant = World.unverified("Lab", OrganisationKind.RESEARCH);
        open(World.ownerOf(tenant), World.page(tenant, "home"));
        assertThat(shown())
                .contains(
                        "You can call no model at present. No residency policy is in force, so nothing may run.",
                        "whole organisation · no running grant",
                        "Nothing spent yet",
                        "The first request draws the first bar.",
                        "No model for this project",
                        "Apply to a programme: a grant pays for requests"
                                + " · Choose where requests may run: until then the strictest policy applies"
                                + " · Your organisation is not verified yet: a programme officer or an administrator of the platform does it"
                                + " · Create a project: it holds keys");
    }

    @Test
    void showsABillingViewerMoneyAndNoWayToCall() {
        Country.model("near", "norrhamn-cpu");
        var tenant = World.organisation("Lab");
        World.grant(tenant, "40");
        open(World.member(tenant, Role.BILLING_VIEWER), World.page(tenant, "home"));
        assertThat(shown())
                .contains("Left to spend", "40.00")
                .doesNotContain("Call a model", "Models you can use now", "Open playground");
    }

    @Test
    void showsWhoPaid() {
        Country.model("near", "norrhamn-cpu");
        var tenant = World.organisation("Lab");
        var project = World.project(tenant, "Tides");
        World.grant(tenant, "40");
        Country.request(tenant, project, "near");
        open(World.ownerOf(tenant), World.page(tenant, project, "home"));
        assertThat(shown())
                .contains("Call a model", "Models you can use now", "Ministry of Science 100%")
                .doesNotContain("Nothing spent yet");
    }

    @Test
    void isNoPageForStaff() {
        var tenant = World.organisation("Lab");
        open(World.staff(Role.PROGRAMME_OFFICER), World.page(tenant, "home"));
        assertThat(shown())
                .contains("There is no such page")
                .doesNotContain(tenant.name(), "Left to spend");
    }

    @Test
    void isNoPageForAProjectThatThereIsNot() {
        var tenant = World.organisation("Lab");
        var other = World.project(World.organisation("Other"), "Tides");
        open(World.ownerOf(tenant), World.page(tenant, other, "home"));
        assertThat(shown()).contains("There is no such page").doesNotContain("Left to spend");
    }
}
