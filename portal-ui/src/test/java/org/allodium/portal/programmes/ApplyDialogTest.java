package org.allodium.portal.programmes;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.allodium.billing.Programme;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApplyDialogTest extends PageTest {
    private Programme programme;
    private Tenant tenant;

    @BeforeEach
    void found() {
        programme = World.programme("Allowance");
        tenant = World.organisation("Lab");
    }

    private void openDialog(Person who) {
        open(who, World.page(tenant, "programmes"));
        clickAt(programme.title(), "Apply");
        assertThat(shown()).contains("Apply to " + programme.title());
    }

    private void fillIn(String amount) {
        fill("Purpose", "Forecasting storm surges with language models.");
        fill("Field of science", "Natural sciences");
        fill("Expected use", "A million tokens a month");
        fill("Amount in EUR", new BigDecimal(amount));
    }

    @Test
    void sendsAnApplication() {
        openDialog(World.ownerOf(tenant));
        fillIn("50");
        click("Send application");
        assertThat(shown())
                .contains("Your application is sent", "A programme officer decides.")
                .doesNotContain("Apply to " + programme.title());
    }

    @Test
    void asksForEveryFieldThatIsNeeded() {
        openDialog(World.ownerOf(tenant));
        click("Send application");
        assertThat(shown().stream().filter("Please fill in this field."::equals)).hasSize(3);
        assertThat(shown()).contains("Apply to " + programme.title());
    }

    @Test
    void refusesMoreThanTheProgrammeGivesAndKeepsWhatWasTyped() {
        openDialog(World.ownerOf(tenant));
        fillIn("100.01");
        click("Send application");
        assertThat(shown())
                .contains(
                        "A grant of this programme is at most 100 EUR.",
                        "Apply to " + programme.title());
    }

    @Test
    void refusesASecondApplicationBeforeTheFirstIsDecided() {
        World.application(programme, tenant);
        openDialog(World.ownerOf(tenant));
        fillIn("50");
        click("Send application");
        assertThat(shown())
                .contains(
                        "Your organisation has an application to this programme that is not decided yet.");
    }

    @Test
    void refusesAnOrganisationThatNobodyVerified() {
        tenant = World.unverified("Lab", OrganisationKind.RESEARCH);
        openDialog(World.ownerOf(tenant));
        fillIn("50");
        click("Send application");
        assertThat(shown())
                .contains(
                        "This programme is for verified organisations, and this one is not verified yet."
                                + " A programme officer or an administrator who is no member of it"
                                + " verifies it.");
    }

    @Test
    void refusesAnAdminWhoWasMadeAMemberMeanwhile() {
        var admin = World.member(tenant, Role.ADMIN);
        openDialog(admin);
        fillIn("50");
        World.changeRole(tenant, admin, Role.MEMBER, Role.ADMIN);
        click("Send application");
        assertThat(shown()).contains("This needs one of the roles owner, admin.");
    }
}
