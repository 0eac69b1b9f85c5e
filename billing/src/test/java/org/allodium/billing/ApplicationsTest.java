package org.allodium.billing;

import static org.allodium.billing.BillingFixture.OFFICER;
import static org.allodium.billing.BillingFixture.officer;
import static org.allodium.billing.BillingFixture.owner;
import static org.allodium.billing.BillingFixture.ownerOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenancyFixture;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ApplicationsTest {
    private static BillingFixture billing;
    private static Tenant lab;
    private static Tenant other;

    @BeforeAll
    static void open() {
        billing = new BillingFixture();
        lab = billing.tenancy.verified("Climate Lab");
        other = billing.tenancy.verified("Other Lab");
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void becomesAGrantThatIsMoneyAtOnce() {
        var programme = billing.programme("100", "50");
        var application = billing.submitted(programme, lab, "40");
        assertThat(application.state()).isEqualTo(Application.State.SUBMITTED);
        assertThat(application.organisation()).isEqualTo("Climate Lab");
        var approved = billing.approve(application, "30");
        var verdict = approved.verdict().orElseThrow();
        assertThat(verdict.officer()).isEqualTo(OFFICER.name());
        var seen = billing.as(owner(lab), () -> billing.applications.find(application.id()));
        assertThat(seen.orElseThrow().state()).isEqualTo(Application.State.APPROVED);
        var grant =
                owner(lab).get(() -> billing.grants.ofTenant(lab.id())).stream()
                        .filter(one -> one.programme().equals(programme))
                        .findFirst()
                        .orElseThrow();
        assertThat(verdict.grant()).contains(grant.id());
        assertThat(grant.available()).isEqualTo(Money.euro("30"));
        assertThat(grant.lastDay()).isEqualTo(billing.today().plusDays(30));
        assertThat(shown(programme).committed()).isEqualTo(Money.euro("30"));
        assertThat(
                        billing.as(
                                TenantScope.platform("auditor", Set.of(Role.AUDITOR)),
                                () -> billing.tenancy.audit.latest(50)))
                .anySatisfy(
                        entry -> {
                            assertThat(entry.act()).isEqualTo("billing.grant-approved");
                            assertThat(entry.details())
                                    .containsEntry("application", application.id().toString());
                        });
    }

    @Test
    void checksEachField() {
        var programme = billing.programme("100", "50");
        assertField("purpose", with(programme, "too short", "natural-sciences", "", "1"));
        assertField("purpose", with(programme, "x".repeat(4001), "natural-sciences", "", "1"));
        assertField("fieldOfScience", with(programme, "x".repeat(20), "alchemy", "", "1"));
        assertField(
                "expectedUse",
                with(programme, "x".repeat(20), "natural-sciences", "x".repeat(2001), "1"));
        assertField("requested", with(programme, "x".repeat(20), "natural-sciences", "", "50.01"));
        assertField("requested", with(programme, "x".repeat(20), "natural-sciences", "", "0"));
        assertField("programme", with(null, "x".repeat(20), "natural-sciences", "", "1"));
        assertThat(billing.as(owner(lab), () -> billing.applications.ofTenant(lab.id())))
                .noneMatch(one -> one.programme().equals(programme));
    }

    @Test
    void refusesTheWrongKindAndAClosedProgramme() {
        var call = billing.call("100", "50");
        var startups =
                new OpenProgramme(
                        "Vouchers",
                        call.funder(),
                        "",
                        call.budget(),
                        call.ceilingPerGrant(),
                        call.opensAt(),
                        call.closesAt(),
                        Set.of(org.allodium.tenancy.OrganisationKind.STARTUP));
        var programme = billing.as(officer(), () -> billing.programmes.open(startups));
        assertRefused(ErrorCode.INVALID_REQUEST, () -> billing.submitted(programme, lab, "1"));
        var later =
                new OpenProgramme(
                        "Later",
                        call.funder(),
                        "",
                        call.budget(),
                        call.ceilingPerGrant(),
                        call.opensAt().plus(Duration.ofDays(1)),
                        call.closesAt(),
                        call.eligible());
        var closed = billing.as(officer(), () -> billing.programmes.open(later));
        assertRefused(ErrorCode.INVALID_REQUEST, () -> billing.submitted(closed, lab, "1"));
        assertThat(shown(closed).open()).isFalse();
    }

    @Test
    void allowsOneOpenApplicationPerProgramme() {
        var programme = billing.programme("100", "50");
        var first = billing.submitted(programme, lab, "1");
        assertRefused(ErrorCode.CONFLICT, () -> billing.submitted(programme, lab, "2"));
        billing.as(owner(lab), () -> billing.applications.withdraw(first.id(), lab.id()));
        assertThat(billing.submitted(programme, lab, "2").state())
                .isEqualTo(Application.State.SUBMITTED);
    }

    @Test
    void separatesDuties() {
        var programme = billing.programme("100", "50");
        var application = billing.submitted(programme, lab, "1");
        var ownOwner = ownerOf(lab);
        assertRefused(ErrorCode.SEPARATION_OF_DUTIES, () -> approveAs(application, ownOwner));
        var colleague = TenancyFixture.person("Colleague of the lab");
        billing.as(
                owner(lab),
                () -> billing.tenancy.tenants.addMember(lab.id(), colleague, Role.MEMBER));
        assertRefused(ErrorCode.SEPARATION_OF_DUTIES, () -> approveAs(application, colleague));
        assertRefused(
                ErrorCode.SEPARATION_OF_DUTIES,
                () ->
                        billing.as(
                                officer(),
                                () ->
                                        billing.applications.decline(
                                                application.id(),
                                                "Not in our scope at all.",
                                                colleague)));
    }

    /// Officer and applicant may sit anywhere: the day is the platform's, and the grant pays until
    /// it ends there.
    @Test
    void theLastDayIsTheSameForEverybody() {
        var usual = billing.config;
        try {
            billing.use(usual.in(ZoneId.of("Pacific/Auckland")));
            var application = billing.submitted(billing.programme("100", "50"), lab, "40");
            var lastDay = LocalDate.of(2027, 4, 10);
            billing.as(
                    officer(),
                    () ->
                            billing.applications.approve(
                                    application.id(), Money.euro("30"), lastDay, OFFICER));
            assertThat(owner(lab).get(() -> billing.grants.ofTenant(lab.id())))
                    .anySatisfy(
                            grant -> {
                                assertThat(grant.lastDay()).isEqualTo(lastDay);
                                assertThat(grant.endsAt())
                                        .isEqualTo(Instant.parse("2027-04-10T12:00:00Z"));
                            });
        } finally {
            billing.use(usual);
        }
    }

    @Test
    void checksTheVerdict() {
        var programme = billing.programme("60", "50");
        var application = billing.submitted(programme, lab, "50");
        assertRefused(ErrorCode.INVALID_REQUEST, () -> billing.approve(application, "0"));
        assertRefused(ErrorCode.INVALID_REQUEST, () -> billing.approve(application, "50.01"));
        assertRefused(
                ErrorCode.INVALID_REQUEST,
                () -> approveUntil(application, billing.today().minusDays(1)));
        assertRefused(
                ErrorCode.INVALID_REQUEST,
                () -> approveUntil(application, billing.today().plusDays(3 * 366)));
        assertRefused(
                ErrorCode.INVALID_REQUEST,
                () ->
                        billing.as(
                                officer(),
                                () ->
                                        billing.applications.decline(
                                                application.id(), "No.", OFFICER)));
        billing.approve(application, "50");
        assertRefused(ErrorCode.CONFLICT, () -> billing.approve(application, "1"));
        var second = billing.submitted(programme, other, "50");
        assertRefused(ErrorCode.INVALID_REQUEST, () -> billing.approve(second, "10.01"));
        assertThat(shown(programme).committed()).isEqualTo(Money.euro("50"));
    }

    @Test
    void decidesOnceThoughTwoOfficersClickTogether() throws Exception {
        var application = billing.submitted(billing.programme("100", "50"), lab, "50");
        Callable<Application> click = () -> billing.approve(application, "50");
        int won = 0;
        try (var officers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var verdict : officers.invokeAll(java.util.List.of(click, click, click))) {
                try {
                    verdict.get();
                    won++;
                } catch (ExecutionException e) {
                    assertThat(e.getCause())
                            .isInstanceOfSatisfying(
                                    Refused.class,
                                    refusal ->
                                            assertThat(refusal.code())
                                                    .isEqualTo(ErrorCode.CONFLICT));
                }
            }
        }
        assertThat(won).isEqualTo(1);
    }

    @Test
    void hidesOneOrganisationFromTheOther() {
        var application = billing.submitted(billing.programme("100", "50"), lab, "1");
        assertThat(billing.as(owner(other), () -> billing.applications.find(application.id())))
                .isEmpty();
        assertRefused(
                ErrorCode.NOT_FOUND,
                () ->
                        billing.as(
                                owner(other),
                                () -> billing.applications.withdraw(application.id(), other.id())));
        assertRefused(
                ErrorCode.NOT_FOUND,
                () -> owner(other).get(() -> billing.grants.ofTenant(lab.id())));
    }

    @Test
    void queuesWaitingOnesFirst() {
        var programme = billing.programme("100", "50");
        var declined = billing.submitted(programme, lab, "1");
        billing.as(
                officer(),
                () ->
                        billing.applications.decline(
                                declined.id(), "The call is about something else.", OFFICER));
        var waiting = billing.submitted(programme, other, "1");
        var queue = billing.as(officer(), () -> billing.applications.queue(0, 200));
        var states = queue.stream().map(Application::state).toList();
        assertThat(states.lastIndexOf(Application.State.SUBMITTED))
                .isLessThan(states.indexOf(Application.State.DECLINED));
        assertThat(queue.stream().map(Application::id)).contains(waiting.id(), declined.id());
        long count = states.stream().filter(state -> state == Application.State.SUBMITTED).count();
        assertThat(billing.as(officer(), () -> billing.applications.waiting())).isEqualTo(count);
        assertThat(billing.as(officer(), () -> billing.applications.queue(1, 1)))
                .singleElement()
                .isEqualTo(queue.get(1));
    }

    private static Programme shown(ProgrammeId id) {
        return billing.as(officer(), () -> billing.programmes.find(id)).orElseThrow();
    }

    private static Application approveAs(Application application, Person person) {
        return billing.as(
                TenantScope.platform(person.subject(), Set.of(Role.PROGRAMME_OFFICER)),
                () ->
                        billing.applications.approve(
                                application.id(),
                                Money.euro("1"),
                                billing.today().plusDays(3),
                                person));
    }

    private static Application approveUntil(Application application, LocalDate end) {
        return billing.as(
                officer(),
                () ->
                        billing.applications.approve(
                                application.id(), Money.euro("1"), end, OFFICER));
    }

    private static SubmitApplication with(
            @org.jspecify.annotations.Nullable ProgrammeId programme,
            String purpose,
            String field,
            String use,
            String requested) {
        return new SubmitApplication(
                programme == null
                        ? ProgrammeId.of("00000000-0000-0000-0000-000000000001")
                        : programme,
                lab.id(),
                purpose,
                field,
                use,
                Money.euro(requested),
                ownerOf(lab));
    }

    private static void assertField(String field, SubmitApplication form) {
        assertThatThrownBy(() -> billing.as(owner(lab), () -> billing.applications.submit(form)))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refusal -> {
                            assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
                            assertThat(refusal.field()).contains(field);
                        });
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Refused.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
