package org.allodium.portal.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.allodium.portal.shell.Country;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class UsageViewTest extends PageTest {
    @Test
    void saysThatThereAreNoRequests() {
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "usage"));
        assertThat(shown())
                .contains("No requests", "None were made, or none match the filter.")
                .anyMatch(line -> line.startsWith("All projects of " + tenant.name() + "."));
    }

    @Test
    void showsABillingViewerWhoPaidForWhat() {
        Country.model("near", "norrhamn-cpu");
        var tenant = World.organisation("Lab");
        World.grant(tenant, "40");
        Country.request(tenant, World.project(tenant, "Tides"), "near");
        open(World.member(tenant, Role.BILLING_VIEWER), World.page(tenant, "usage"));
        assertThat(shown())
                .contains("near", "Ministry of Science", "1 to 1")
                .doesNotContain("No requests");
    }

    @Test
    void showsAProjectItsOwnRequestsOnly() {
        Country.model("near", "norrhamn-cpu");
        var tenant = World.organisation("Lab");
        World.grant(tenant, "40");
        Country.request(tenant, World.project(tenant, "Tides"), "near");
        var other = World.project(tenant, "Storms");
        open(World.ownerOf(tenant), World.page(tenant, other, "usage"));
        assertThat(shown()).contains("No requests").doesNotContain("1 to 1");
    }

    @Test
    void readsAFilterThatMakesNoSenseAsNone() {
        var tenant = World.organisation("Lab");
        Country.model("near", "norrhamn-cpu");
        World.grant(tenant, "40");
        Country.request(tenant, World.project(tenant, "Tides"), "near");
        var owner = World.ownerOf(tenant);
        open(owner, World.page(tenant, "usage?days=x&page=-1"));
        assertThat(shown()).contains("near", "1 to 1").doesNotContain("No requests");
        open(owner, World.page(tenant, "usage?model=none"));
        assertThat(shown())
                .contains("No requests", "None were made, or none match the filter.")
                .doesNotContain("1 to 1");
    }

    @Test
    void leadsBackFromBehindTheEndOfTheList() {
        Country.model("near", "norrhamn-cpu");
        var tenant = World.organisation("Lab");
        World.grant(tenant, "40");
        Country.request(tenant, World.project(tenant, "Tides"), "near");
        for (var filter : List.of("", "&model=near")) {
            open(World.ownerOf(tenant), World.page(tenant, "usage?page=7" + filter));
            assertThat(shown())
                    .contains("This list has no such page", "To its beginning")
                    .doesNotContain("No requests");
        }
    }

    @Test
    void isNoPageForStaff() {
        var tenant = World.organisation("Lab");
        open(World.staff(Role.FINANCE), World.page(tenant, "usage"));
        assertThat(shown())
                .contains("There is no such page")
                .doesNotContain("No requests", "1 to 1");
    }
}
