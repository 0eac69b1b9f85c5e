package org.allodium.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.allodium.billing.Application;
import org.allodium.billing.Applications;
import org.allodium.billing.Grants;
import org.allodium.billing.OpenProgramme;
import org.allodium.billing.ProgrammeId;
import org.allodium.billing.Programmes;
import org.allodium.billing.SubmitApplication;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.FoundOrganisation;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Projects;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Roster;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;
import org.allodium.tenancy.Verifications;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/// Services inside the server: transactions, permissions and row isolation as they ship, and what
/// is in memory when a commit returns. One class, since each deploys the product anew.
@ArquillianTest
class ServicesIT {
    private static final TenantScope ADMINISTRATOR = staff(person("admin"), Role.ADMINISTRATOR);

    @Inject Tenants tenants;
    @Inject Projects projects;
    @Inject Verifications verifications;
    @Inject Programmes programmes;
    @Inject Applications applications;
    @Inject Grants grants;
    @Inject Clock clock;
    @Inject Roster roster;
    @Inject UserTransaction transaction;

    @Deployment
    static WebArchive war() {
        return ShippedWar.withTests();
    }

    private static Person person(String name) {
        return new Person(UUID.randomUUID().toString(), name, name + "@example.invalid");
    }

    private static TenantScope staff(Person person, Role role) {
        return TenantScope.platform(person.subject(), Set.of(role));
    }

    private Tenant found(Person founder, String name) {
        var number = "XA-" + Math.abs(UUID.randomUUID().getMostSignificantBits());
        var command = new FoundOrganisation(name, OrganisationKind.RESEARCH, "XA", number, founder);
        return TenantScope.platform(founder.subject(), Set.of()).get(() -> tenants.found(command));
    }

    private ProgrammeId openProgramme(Person officer) {
        var now = clock.instant();
        var command =
                new OpenProgramme(
                        "Allowance",
                        "Ministry of Science",
                        "For research.",
                        Money.euro("1000"),
                        Money.euro("100"),
                        now.minusSeconds(60),
                        now.plus(Duration.ofDays(30)),
                        EnumSet.allOf(OrganisationKind.class));
        return staff(officer, Role.PROGRAMME_OFFICER).get(() -> programmes.open(command));
    }

    @Test
    void anApplicationBecomesAGrantOnlyThroughAnOfficer() {
        var founder = person("founder");
        var officer = person("officer");
        var tenant = found(founder, "Tide Institute " + UUID.randomUUID());
        var owner = TenantScope.of(tenant.id(), founder.subject(), Set.of(Role.OWNER));
        var programme = openProgramme(officer);
        staff(officer, Role.PROGRAMME_OFFICER)
                .run(
                        () ->
                                verifications.verify(
                                        tenant.id(), "Entry in the register of XA.", officer));
        var application =
                owner.get(
                        () ->
                                applications.submit(
                                        new SubmitApplication(
                                                programme,
                                                tenant.id(),
                                                "Forecasting storm surges with language models.",
                                                "natural-sciences",
                                                "A million tokens a month",
                                                Money.euro("50"),
                                                founder)));
        var ends = grants.today().plusDays(90);
        assertThatThrownBy(
                        () ->
                                owner.run(
                                        () ->
                                                applications.approve(
                                                        application.id(),
                                                        Money.euro("50"),
                                                        ends,
                                                        founder)))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.code()).isEqualTo(ErrorCode.PERMISSION_DENIED));
        var approved =
                staff(officer, Role.PROGRAMME_OFFICER)
                        .get(
                                () ->
                                        applications.approve(
                                                application.id(), Money.euro("40"), ends, officer));
        assertThat(approved.state()).isEqualTo(Application.State.APPROVED);
        assertThat(owner.get(() -> grants.available(tenant.id()))).isEqualTo(Money.euro("40"));
    }

    @Test
    void nobodyReachesIntoAnotherTenant() {
        var ada = person("ada");
        var bo = person("bo");
        var adas = found(ada, "Ada's " + UUID.randomUUID());
        var bos = found(bo, "Bo's " + UUID.randomUUID());
        var scope = TenantScope.of(adas.id(), ada.subject(), Set.of(Role.OWNER));
        var project = scope.get(() -> projects.create(adas.id(), "Tides"));
        var other = TenantScope.of(bos.id(), bo.subject(), Set.of(Role.OWNER));
        assertThat(other.get(() -> projects.find(project.id()))).isEmpty();
        assertThatThrownBy(() -> other.run(() -> projects.create(adas.id(), "Intruder")))
                .isInstanceOf(RuntimeException.class);
        assertThat(scope.get(() -> projects.all(adas.id())))
                .extracting(found -> found.name())
                .doesNotContain("Intruder");
    }

    @Test
    void onlyTheAdministratorChangesQuotas() {
        var founder = person("founder");
        var tenant = found(founder, "Quota " + UUID.randomUUID());
        var limits = new Limits(7, 700, 3);
        var owner = TenantScope.of(tenant.id(), founder.subject(), Set.of(Role.OWNER));
        assertThatThrownBy(
                        () ->
                                owner.run(
                                        () ->
                                                tenants.changeLimits(
                                                        tenant.id(), limits, tenant.limits())))
                .isInstanceOf(Refused.class);
        ADMINISTRATOR.run(() -> tenants.changeLimits(tenant.id(), limits, tenant.limits()));
        assertThat(owner.get(() -> tenants.require(tenant.id()).limits())).isEqualTo(limits);
    }

    @Test
    void aChangeBindsTheNextRequestWhoeverEndsTheTransaction() throws Exception {
        var tenant = found(person("founder"), "Next " + UUID.randomUUID());
        for (int n = 1; n <= 50; n++) {
            allow(tenant, n);
            assertThat(allowed(tenant)).as("by the service's own transaction").isEqualTo(n);
            transaction.begin();
            allow(tenant, 1_000 + n);
            transaction.commit();
            assertThat(allowed(tenant)).as("by the caller's").isEqualTo(1_000 + n);
        }
        transaction.begin();
        allow(tenant, 5);
        transaction.rollback();
        assertThat(allowed(tenant)).as("taken back").isEqualTo(1_050);
    }

    private void allow(Tenant tenant, int requests) {
        ADMINISTRATOR.run(
                () -> {
                    var seen = tenants.require(tenant.id()).limits();
                    tenants.changeLimits(tenant.id(), new Limits(requests, 700, 3), seen);
                });
    }

    private int allowed(Tenant tenant) {
        return roster.limits(tenant.id()).requestsPerMinute();
    }
}
