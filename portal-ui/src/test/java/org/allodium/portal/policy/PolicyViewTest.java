package org.allodium.portal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.Country;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class PolicyViewTest extends PageTest {
    @Test
    void saysWhatIsMissingWhereNothingIsRecorded() {
        inAnEmptyWorld();
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "policy"));
        assertThat(shown())
                .contains(
                        "No residency policy is in force, so nothing may run.",
                        "No policy is on offer",
                        "Until the platform’s security officer offers one, nothing may run.",
                        "No model is deployed",
                        "As soon as an operator deploys one, it appears here.",
                        "No place is on record",
                        "Nothing is known of where models could run, so no request runs.");
    }

    @Test
    void saysWhyAModelIsKeptAway() {
        Country.model("far", "harbour-cpu");
        var tenant = World.organisation("Lab");
        Country.choosePolicy(tenant, "national");
        open(World.ownerOf(tenant), World.page(tenant, "policy"));
        assertThat(shown())
                .contains(
                        "far",
                        "kept away",
                        "Harbour City is in XB, outside the perimeter NATIONAL (XA).");
    }

    @Test
    void saysThatNobodyHasChosen() {
        Country.describe();
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "policy"));
        assertThat(shown())
                .contains(
                        "Nobody in your organisation has chosen yet. Until somebody does, the strictest policy applies.")
                .doesNotContain("Owners and administrators of your organisation can choose.");
    }

    @Test
    void tellsAMemberWhoCanChoose() {
        Country.describe();
        var tenant = World.organisation("Lab");
        open(World.member(tenant, Role.MEMBER), World.page(tenant, "policy"));
        assertThat(shown()).contains("Owners and administrators of your organisation can choose.");
        assertThat(offers("Choose")).isFalse();
    }

    @Test
    void choosesOneAfterSayingWhatItBinds() {
        Country.describe();
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "policy"));
        clickAt("Requests run in the home country only. The operator", "Choose");
        assertThat(shown())
                .contains(
                        "Choose “Home country only”?",
                        "It binds the next request of every project and key of your organisation."
                                + " Models that run only where it does not allow become unavailable.");
        answer("Choose");
        assertThat(shown())
                .contains("“Home country only” is in force", "in force")
                .doesNotContain(
                        "Nobody in your organisation has chosen yet. Until somebody does, the strictest policy applies.");
    }

    @Test
    void refusesWhatSomebodyElseChangedMeanwhileAndShowsIt() {
        Country.describe();
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "policy"));
        clickAt("Requests run in the home country only. The operator", "Choose");
        Country.choosePolicy(tenant, "open-allied");
        answer("Choose");
        assertThat(shown())
                .contains(
                        World.ownerOf(tenant).name()
                                + " changed this meanwhile. Nothing of yours was saved.");
    }

    @Test
    void refusesAnAdminWhoWasMadeAMemberMeanwhile() {
        Country.describe();
        var tenant = World.organisation("Lab");
        var admin = World.member(tenant, Role.ADMIN);
        open(admin, World.page(tenant, "policy"));
        clickAt("Requests run in the home country only. The operator", "Choose");
        World.changeRole(tenant, admin, Role.MEMBER, Role.ADMIN);
        answer("Choose");
        assertThat(shown())
                .contains(
                        "This needs one of the roles owner, admin, administrator, security-officer.");
    }
}
