package org.allodium.portal.staff;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.allodium.billing.Application;
import org.allodium.billing.Applications;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerdictDialogsTest extends PageTest {
    private Tenant tenant;
    private Application application;
    private Person officer;

    @BeforeEach
    void apply() {
        tenant = World.organisation("Lab");
        application = World.application(World.programme("Allowance"), tenant);
        officer = World.staff(Role.PROGRAMME_OFFICER);
    }

    private void decide(String verdict) {
        open(officer, ApplicationViewTest.address(application));
        click(verdict);
        assertThat(shown()).contains(verdict + " the application of " + tenant.name());
    }

    private Application.State state() {
        return World.asStaff(
                Role.PROGRAMME_OFFICER,
                () -> the(Applications.class).find(application.id()).orElseThrow().state());
    }

    @Test
    void approves() {
        decide("Approve");
        fill("Amount in EUR", new BigDecimal("40"));
        answer("Approve");
        assertThat(shown()).contains(tenant.name() + " has a grant now", "approved");
        assertThat(state()).isEqualTo(Application.State.APPROVED);
    }

    @Test
    void refusesMoreThanTheProgrammeGives() {
        decide("Approve");
        fill("Amount in EUR", new BigDecimal("100.01"));
        answer("Approve");
        assertThat(shown()).contains("A grant of this programme is at most 100 EUR.");
        assertThat(state()).isEqualTo(Application.State.SUBMITTED);
    }

    @Test
    void refusesAGrantWithoutAnEnd() {
        decide("Approve");
        fill("Last day", World.today().plusYears(4));
        answer("Approve");
        assertThat(shown()).contains("A grant runs for three years at most.");
        assertThat(state()).isEqualTo(Application.State.SUBMITTED);
    }

    @Test
    void refusesADayThatIsOver() {
        decide("Approve");
        fill("Last day", World.today().minusDays(1));
        answer("Approve");
        assertThat(shown()).contains("A grant ends in the future.");
        assertThat(state()).isEqualTo(Application.State.SUBMITTED);
    }

    @Test
    void declinesForAReasonOnly() {
        decide("Decline");
        answer("Decline");
        assertThat(shown()).contains("Please fill in this field.");
        fill("Reason", "No.");
        answer("Decline");
        assertThat(shown()).contains("This has between 10 and 2000 characters.");
        assertThat(state()).isEqualTo(Application.State.SUBMITTED);
        fill("Reason", "The programme pays for no storms.");
        answer("Decline");
        assertThat(shown()).contains("The application of " + tenant.name() + " is declined");
        assertThat(state()).isEqualTo(Application.State.DECLINED);
    }

    @Test
    void refusesWhatAColleagueDecidedMeanwhile() {
        decide("Decline");
        World.approve(application, "40");
        fill("Reason", "The programme pays for no storms.");
        answer("Decline");
        assertThat(shown()).contains("This application is decided or withdrawn already.");
        assertThat(state()).isEqualTo(Application.State.APPROVED);
    }

    @Test
    void refusesAnOfficerWhoBelongsToTheOrganisation() {
        World.join(tenant, officer, Role.MEMBER);
        decide("Approve");
        answer("Approve");
        assertThat(shown())
                .contains("Nobody decides an application of an organisation they belong to.");
        assertThat(state()).isEqualTo(Application.State.SUBMITTED);
    }

    @Test
    void refusesAnOfficerWhoIsNoneAnyMore() {
        decide("Approve");
        World.assign(officer, Role.REVIEWER);
        answer("Approve");
        assertThat(shown())
                .contains(
                        "This needs one of the roles programme-officer.",
                        "Approve the application of " + tenant.name());
        assertThat(state()).isEqualTo(Application.State.SUBMITTED);
    }
}
