package org.allodium.portal.shell;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.allodium.billing.Application;
import org.allodium.billing.Applications;
import org.allodium.billing.OpenProgramme;
import org.allodium.billing.Programme;
import org.allodium.billing.Programmes;
import org.allodium.billing.SubmitApplication;
import org.allodium.kernel.Money;
import org.allodium.tenancy.FoundOrganisation;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Projects;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Staff;
import org.allodium.tenancy.TenancyFixture;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;
import org.allodium.tenancy.Verifications;

/// Who and what the pages of a test are about, made through the services as people would.
/// Everything has a name of its own, since all tests share one database.
public final class World {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private World() {}

    /// For everybody, and never back. Programmes are open for 30 days.
    public static void pass(Duration time) {
        MovableClock.pass(time);
    }

    public static Person person(String name) {
        return TenancyFixture.person(name + " " + COUNT.incrementAndGet());
    }

    /// A research organisation in XA, verified; its owner is [#ownerOf].
    public static Tenant organisation(String name) {
        return organisation(name, OrganisationKind.RESEARCH);
    }

    public static Tenant organisation(String name, OrganisationKind kind) {
        var tenant = unverified(name, kind);
        return asStaff(
                Role.ADMINISTRATOR,
                () -> {
                    Rooms.the(Verifications.class)
                            .verify(tenant.id(), "Entry in the register of XA.", person("Vera"));
                    return tenant;
                });
    }

    public static Tenant unverified(String name, OrganisationKind kind) {
        var unique = name + " " + COUNT.incrementAndGet();
        var founder = TenancyFixture.person("Owner of " + unique);
        return TenantScope.platform(founder.subject(), Set.of())
                .get(
                        () ->
                                Rooms.the(Tenants.class)
                                        .found(
                                                new FoundOrganisation(
                                                        unique,
                                                        kind,
                                                        "XA",
                                                        "XA-" + COUNT.incrementAndGet(),
                                                        founder)));
    }

    public static Person ownerOf(Tenant tenant) {
        return TenancyFixture.person("Owner of " + tenant.name());
    }

    public static <T> T asOwner(Tenant tenant, Supplier<T> work) {
        return TenantScope.of(tenant.id(), ownerOf(tenant).subject(), Set.of(Role.OWNER)).get(work);
    }

    public static Person member(Tenant tenant, Role role) {
        var person = person(role.label());
        asOwner(tenant, () -> Rooms.the(Tenants.class).addMember(tenant.id(), person, role));
        return person;
    }

    public static Project project(Tenant tenant, String name) {
        return asOwner(tenant, () -> Rooms.the(Projects.class).create(tenant.id(), name));
    }

    /// While the member's page is open, somebody else makes them something else.
    public static void changeRole(Tenant tenant, Person member, Role role, Role before) {
        asOwner(
                tenant,
                () -> {
                    Rooms.the(Tenants.class)
                            .changeRole(tenant.id(), member.subject(), role, before);
                    return role;
                });
    }

    public static Person staff(Role role) {
        var person = person(role.label());
        TenantScope.platform("office", Set.of(Role.ADMINISTRATOR))
                .run(() -> Rooms.the(Staff.class).assign(person, Set.of(role)));
        return person;
    }

    public static <T> T asStaff(Role role, Supplier<T> work) {
        return TenantScope.platform("office", Set.of(role)).get(work);
    }

    /// Open to all kinds of organisations, at most 100 euro per grant.
    public static Programme programme(String title) {
        return programme(title, EnumSet.allOf(OrganisationKind.class));
    }

    public static Programme programme(String title, Set<OrganisationKind> eligible) {
        var now = MovableClock.CLOCK.instant();
        var programmes = Rooms.the(Programmes.class);
        var command =
                new OpenProgramme(
                        title + " " + COUNT.incrementAndGet(),
                        "Ministry of Science",
                        "For research.",
                        Money.euro("1000"),
                        Money.euro("100"),
                        now.minusSeconds(60),
                        now.plus(Duration.ofDays(30)),
                        eligible);
        return asStaff(
                Role.PROGRAMME_OFFICER,
                () -> programmes.find(programmes.open(command)).orElseThrow());
    }

    /// For 50 euro.
    public static Application application(Programme programme, Tenant tenant) {
        return asOwner(
                tenant,
                () ->
                        Rooms.the(Applications.class)
                                .submit(
                                        new SubmitApplication(
                                                programme.id(),
                                                tenant.id(),
                                                "Forecasting storm surges with language models.",
                                                "natural-sciences",
                                                "A million tokens a month",
                                                Money.euro("50"),
                                                ownerOf(tenant))));
    }

    public static String page(Tenant tenant, String page) {
        return new Place.Organisation(tenant.slug(), "").path(page);
    }

    public static String page(Tenant tenant, Project project, String page) {
        return new Place.Organisation(tenant.slug(), project.id().toString()).path(page);
    }
}
