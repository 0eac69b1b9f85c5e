package org.allodium.portal.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.Country;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class ModelsViewTest extends PageTest {
    @Test
    void saysWhyThereIsNone() {
        inAnEmptyWorld();
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "models"));
        assertThat(shown())
                .contains(
                        "No model for this project",
                        "Either none is deployed, or your policy allows no place where one runs.")
                .doesNotContain("Kept away by your policy", "Call a model");
    }

    @Test
    void saysWhichRuleKeepsAModelAway() {
        Country.model("far", "harbour-cpu");
        var tenant = World.organisation("Lab");
        Country.choosePolicy(tenant, "national");
        open(World.ownerOf(tenant), World.page(tenant, "models"));
        assertThat(shown())
                .contains(
                        "Kept away by your policy",
                        "far",
                        "Harbour City is in XB, outside the perimeter NATIONAL (XA).");
    }

    @Test
    void showsABillingViewerTheOrganisationsModelsWithoutExamples() {
        Country.model("near", "norrhamn-cpu");
        var tenant = World.organisation("Lab");
        open(World.member(tenant, Role.BILLING_VIEWER), World.page(tenant, "models"));
        assertThat(shown())
                .contains("Models your organisation can use now", "near")
                .doesNotContain("Call a model", "Models you can use now");
    }

    @Test
    void isNoPageForStaff() {
        Country.model("near", "norrhamn-cpu");
        var tenant = World.organisation("Lab");
        open(World.staff(Role.OPERATOR), World.page(tenant, "models"));
        assertThat(shown()).contains("There is no such page").doesNotContain("near");
    }
}
