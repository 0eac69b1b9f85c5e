package org.allodium.portal.staff;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.Country;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class DeskViewTest extends PageTest {
    @Test
    void showsAnOfficerWhatWaitsAndNoQuotas() {
        World.application(World.programme("Allowance"), World.organisation("Lab"));
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/desk");
        assertThat(shown())
                .contains("Applications waiting", "Open the queue", "Programme officer")
                .doesNotContain("Look up organisations and change their quotas.");
    }

    @Test
    void showsAnAdministratorTheOrganisationsAndNoApplications() {
        open(World.staff(Role.ADMINISTRATOR), "staff/desk");
        assertThat(shown())
                .contains("Look up organisations and change their quotas.")
                .doesNotContain("Applications waiting");
    }

    @Test
    void tellsAnOperatorHowToDeployTheFirstModel() {
        inAnEmptyWorld();
        open(World.staff(Role.OPERATOR), "staff/desk");
        assertThat(shown())
                .contains(
                        "No model is deployed",
                        "Import one with ./allodium model import DIRECTORY --name NAME --deploy.");
    }

    @Test
    void tellsOthersThatNoModelIsDeployed() {
        inAnEmptyWorld();
        open(World.staff(Role.AUDITOR), "staff/desk");
        assertThat(shown())
                .contains(
                        "No model is deployed",
                        "As soon as an operator deploys one, it appears here.",
                        "No place is on record",
                        "Nothing is known of where models could run, so no request runs.");
    }

    @Test
    void showsWhatRunsWhere() {
        Country.model("near", "norrhamn-cpu");
        open(World.staff(Role.AUDITOR), "staff/desk");
        assertThat(shown()).contains("near", "norrhamn-cpu", "State Computing Centre");
    }

    @Test
    void showsAnOperatorTheNodes() {
        open(World.staff(Role.OPERATOR), "staff/desk");
        assertThat(shown()).contains("Nodes", "node-1", "shows this page", "serves", "nothing");
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/desk");
        assertThat(shown()).doesNotContain("node-1");
    }

    @Test
    void isNoPageForAnOwner() {
        open(World.ownerOf(World.organisation("Lab")), "staff/desk");
        assertThat(shown()).contains("There is no such page").doesNotContain("Models that run");
    }
}
