package org.allodium.portal.playground;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.Country;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlaygroundViewTest extends PageTest {
    private Tenant tenant;
    private Project project;

    @BeforeEach
    void found() {
        Country.model("near", "norrhamn-cpu");
        Country.model("far", "harbour-cpu");
        tenant = World.organisation("Lab");
        project = World.project(tenant, "Tides");
        Country.choosePolicy(tenant, "national");
    }

    private String page(String model) {
        return World.page(tenant, project, "playground?model=" + model);
    }

    @Test
    void answersAndSaysWhereItRanAndWhoPaid() {
        World.grant(tenant, "40");
        open(World.ownerOf(tenant), page("near"));
        fill("Message", "Hello?");
        click("Send");
        await("Ministry of Science 0.000003 EUR");
        assertThat(shown()).contains("Hello you", "Norrhamn", "State Computing Centre");
    }

    @Test
    void asksForAMessage() {
        open(World.ownerOf(tenant), page("near"));
        click("Send");
        assertThat(shown()).contains("Please fill in this field.");
    }

    @Test
    void saysWhichSettingCannotBe() {
        open(World.ownerOf(tenant), page("near"));
        fill("Message", "Hello?");
        fill("Temperature", 3.0);
        fill("Most tokens", 0);
        click("Send");
        assertThat(shown())
                .contains("A number from 0 to 2.", "A whole number from 1 to 4,096.")
                .doesNotContain("Asking near …");
        assertThat(value("Message")).isEqualTo("Hello?");
    }

    @Test
    void saysThatNoGrantPaysAndWhatHelps() {
        open(World.ownerOf(tenant), page("near"));
        fill("Message", "Hello?");
        click("Send");
        await(
                "A new grant helps: owners and administrators of your organisation can apply to an open programme.");
        assertThat(shown())
                .contains("Apply for a grant")
                .anyMatch(line -> line.startsWith("Not sent."))
                .anyMatch(line -> line.startsWith("This request may cost up to"));
    }

    @Test
    void tellsAMemberWhoCanChooseAnotherPolicy() {
        World.grant(tenant, "40");
        open(World.member(tenant, Role.MEMBER), page("far"));
        fill("Message", "Hello?");
        click("Send");
        await(
                "An owner or administrator of your organisation can choose another residency policy.");
        assertThat(shown()).contains("Harbour City is in XB, outside the perimeter NATIONAL (XA).");
    }

    @Test
    void refusesAMemberWhoReadsBillsOnlyMeanwhile() {
        World.grant(tenant, "40");
        var member = World.member(tenant, Role.MEMBER);
        open(member, page("near"));
        World.changeRole(tenant, member, Role.BILLING_VIEWER, Role.MEMBER);
        fill("Message", "Hello?");
        click("Send");
        assertThat(shown())
                .contains("Your role in this organisation does not let you call models.");
    }

    @Test
    void refusesWhoeverBelongsToTheOrganisationNoMore() {
        World.grant(tenant, "40");
        var member = World.member(tenant, Role.MEMBER);
        open(member, page("near"));
        World.leave(tenant, member);
        fill("Message", "Hello?");
        click("Send");
        assertThat(shown())
                .contains("Your role in this organisation does not let you call models.");
    }

    @Test
    void asksForAProjectFirst() {
        var young = World.organisation("Lab");
        open(World.ownerOf(young), World.page(young, "playground"));
        assertThat(shown()).contains("No project yet", "New project");
    }

    @Test
    void saysThatThereIsNoModel() {
        inAnEmptyWorld();
        tenant = World.organisation("Lab");
        project = World.project(tenant, "Tides");
        open(World.ownerOf(tenant), page("near"));
        assertThat(shown()).contains("No model for this project");
        assertThat(offers("Send")).isFalse();
    }

    @Test
    void isNoPageForABillingViewer() {
        open(World.member(tenant, Role.BILLING_VIEWER), page("near"));
        assertThat(shown()).contains("There is no such page");
        assertThat(offers("Send")).isFalse();
    }
}
