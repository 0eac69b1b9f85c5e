package org.allodium.portal.organisations;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.Tenants;
import org.junit.jupiter.api.Test;

class OrganisationViewTest extends PageTest {
    private static String address(Tenant tenant) {
        return "staff/organisations/" + tenant.slug();
    }

    private Limits limits(Tenant tenant) {
        return the(Tenants.class).require(tenant.id()).limits();
    }

    @Test
    void changesAQuota() {
        var tenant = World.organisation("Lab");
        open(World.staff(Role.ADMINISTRATOR), address(tenant));
        click("Change quota");
        fill("Requests a minute", 7);
        click("Save");
        assertThat(shown())
                .contains("The quota of " + tenant.name() + " binds the next request", "7");
        assertThat(limits(tenant).requestsPerMinute()).isEqualTo(7);
    }

    @Test
    void refusesAQuotaOfNothing() {
        var tenant = World.organisation("Lab");
        open(World.staff(Role.ADMINISTRATOR), address(tenant));
        click("Change quota");
        fill("Requests a minute", 0);
        click("Save");
        assertThat(shown()).contains("A whole number of at least 1.");
        assertThat(limits(tenant)).isEqualTo(tenant.limits());
    }

    @Test
    void saysWhatAColleagueChangedMeanwhile() {
        var tenant = World.organisation("Lab");
        open(World.staff(Role.ADMINISTRATOR), address(tenant));
        click("Change quota");
        World.changeLimits(tenant, new Limits(5, 500, 2));
        fill("Requests a minute", 7);
        click("Save");
        assertThat(shown())
                .contains(
                        "Somebody changed this meanwhile. Nothing of yours was saved."
                                + " Requests a minute: 300 → 5; Tokens a minute: 200,000 → 500;"
                                + " Requests at once: 20 → 2. Save again to put yours in its place.");
        assertThat(limits(tenant)).isEqualTo(new Limits(5, 500, 2));
    }

    @Test
    void refusesAnAdministratorWhoIsNoneAnyMore() {
        var tenant = World.organisation("Lab");
        var administrator = World.staff(Role.ADMINISTRATOR);
        open(administrator, address(tenant));
        click("Change quota");
        World.assign(administrator, Role.AUDITOR);
        fill("Requests a minute", 7);
        click("Save");
        assertThat(shown()).contains("This needs one of the roles administrator.");
        assertThat(limits(tenant)).isEqualTo(tenant.limits());
    }

    @Test
    void isNoPageWithoutTheOrganisation() {
        open(World.staff(Role.ADMINISTRATOR), "staff/organisations/nobody");
        assertThat(shown()).contains("There is no such page");
    }

    @Test
    void isNoPageForAnOfficer() {
        open(World.staff(Role.PROGRAMME_OFFICER), address(World.organisation("Lab")));
        assertThat(shown()).contains("There is no such page").doesNotContain("Quota");
    }
}
