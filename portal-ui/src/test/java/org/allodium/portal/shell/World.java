package org.allodium.portal.shell;

import java.time.Duration;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.allodium.billing.Application;
import org.allodium.billing.Applications;
import org.allodium.billing.Grants;
import org.allodium.billing.OpenProgramme;
import org.allodium.billing.Programme;
import org.allodium.billing.Programmes;
import org.allodium.billing.SubmitApplication;
import org.allodium.identity.ApiKeys;
import org.allodium.identity.IssueKey;
import org.allodium.identity.Onboarding;
import org.allodium.kernel.Money;
import org.allodium.tenancy.FoundOrganisation;
import org.allodium.tenancy.Limits;
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

    private static boolean empty = true;

    private World() {}

    /// Without organisations, and without what they all see: no places, policies, models and
    /// programmes.
    public static void anew() {
        if (!empty) {
            Rooms.anew();
            empty = true;
        }
    }

    /// For everybody, and never back. Programmes are open for 30 days.
    public static void pass(Duration time) {
        MovableClock.pass(time);
    }

    public static LocalDate today() {
        return Rooms.the(Grants.class).today();
    }

    /// Something is there now that everybody sees.
    static void peopled() {
        empty = false;
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
        verify(tenant);
        return tenant;
    }

    public static void verify(Tenant tenant) {
        asStaff(
                Role.ADMINISTRATOR,
                () -> {
                    Rooms.the(Verifications.class)
                            .verify(tenant.id(), "Entry in the register of XA.", person("Vera"));
                    return tenant;
                });
    }

    public static Tenant unverified(String name, OrganisationKind kind) {
        empty = false;
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
        join(tenant, person, role);
        return person;
    }

    public static void join(Tenant tenant, Person person, Role role) {
        asOwner(tenant, () -> Rooms.the(Tenants.class).addMember(tenant.id(), person, role));
    }

    public static Project project(Tenant tenant, String name) {
        return asOwner(tenant, () -> Rooms.the(Projects.class).create(tenant.id(), name));
    }

    public static void invite(Tenant tenant, String email) {
        asOwner(
                tenant,
                () -> Rooms.the(Onboarding.class).invite(tenant.id(), email, "Grace", Role.MEMBER));
    }

    /// As while the sign-in service is away.
    public static void withoutAccounts(Runnable work) {
        var users = "GET /admin/realms/allodium/users";
        Rooms.KEYCLOAK.reply(users, 503, "");
        try {
            work.run();
        } finally {
            Rooms.KEYCLOAK.reply(users, 200, "[]");
        }
    }

    public static void leave(Tenant tenant, Person member) {
        asOwner(
                tenant,
                () -> {
                    Rooms.the(Tenants.class).removeMember(tenant.id(), member.subject());
                    return member;
                });
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

    /// Valid for 90 days.
    public static void key(Tenant tenant, Project project, Person maker, Role role, String name) {
        TenantScope.of(tenant.id(), maker.subject(), Set.of(role))
                .get(
                        () ->
                                Rooms.the(ApiKeys.class)
                                        .issue(
                                                new IssueKey(
                                                        tenant.id(),
                                                        project.id(),
                                                        name,
                                                        IssueKey.DEFAULT_VALIDITY,
                                                        Set.of())));
    }

    public static Person staff(Role role) {
        var person = person(role.label());
        assign(person, role);
        return person;
    }

    public static void assign(Person person, Role role) {
        asStaff(
                Role.ADMINISTRATOR,
                () -> {
                    Rooms.the(Staff.class).assign(person, Set.of(role));
                    return person;
                });
    }

    public static void changeLimits(Tenant tenant, Limits limits) {
        asStaff(
                Role.ADMINISTRATOR,
                () -> Rooms.the(Tenants.class).changeLimits(tenant.id(), limits, tenant.limits()));
    }

    public static <T> T asStaff(Role role, Supplier<T> work) {
        return TenantScope.platform("office", Set.of(role)).get(work);
    }

    /// Open to all kinds of organisations, at most 100 euro per grant.
    public static Programme programme(String title) {
        return programme(title, EnumSet.allOf(OrganisationKind.class));
    }

    public static Programme programme(String title, Set<OrganisationKind> eligible) {
        empty = false;
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

    /// From a programme of its own, for 90 days.
    public static void grant(Tenant tenant, String euros) {
        approve(application(programme("Allowance"), tenant), euros);
    }

    public static void approve(Application application, String euros) {
        asStaff(
                Role.PROGRAMME_OFFICER,
                () ->
                        Rooms.the(Applications.class)
                                .approve(
                                        application.id(),
                                        Money.euro(euros),
                                        today().plusDays(90),
                                        person("Olaf")));
    }

    public static void rename(Tenant tenant, Project project, String name) {
        asOwner(tenant, () -> Rooms.the(Projects.class).rename(project.id(), name, project.name()));
    }

    public static String page(Tenant tenant, String page) {
        return new Place.Organisation(tenant.slug(), "").path(page);
    }

    public static String page(Tenant tenant, Project project, String page) {
        return new Place.Organisation(tenant.slug(), project.id().toString()).path(page);
    }
}
