package org.allodium.tenancy;

import java.time.Clock;
import java.util.Set;
import java.util.UUID;
import org.allodium.tenancy.internal.AuditRepository;
import org.allodium.tenancy.internal.Membership;
import org.allodium.tenancy.internal.Organisation;
import org.allodium.tenancy.internal.OrganisationRepository;
import org.allodium.tenancy.internal.OwnedProject;
import org.allodium.tenancy.internal.ProjectRepository;
import org.allodium.tenancy.internal.StaffRepository;
import org.allodium.tenancy.internal.VerificationRepository;

/// Tenancy's services over a [TestDatabase], wired as the container would. Rooms to the right use
/// it to have organisations in their tests.
public final class TenancyFixture implements AutoCloseable {
    public static final Class<?>[] ENTITIES = {
        Organisation.class, Membership.class, OwnedProject.class
    };

    private static final Clock CLOCK = new TenancyWiring().clock();

    public final TestDatabase database;
    public final Tenants tenants = new Tenants();
    public final Projects projects = new Projects();
    public final Staff staff = new Staff();
    public final Verifications verifications = new Verifications();
    public final AuditTrail audit = new AuditTrail();
    public final Roster roster;

    /// The database's entities must contain [#ENTITIES].
    public TenancyFixture(TestDatabase database) {
        this.database = database;
        var manager = database.entityManager();
        var platform = database.counted(database.platform());
        var organisations = new OrganisationRepository(manager);
        audit.entries = new AuditRepository(manager);
        audit.clock = CLOCK;
        audit.news = database.news();
        roster = new Roster(database.news());
        tenants.platform = platform;
        tenants.organisations = organisations;
        tenants.audit = audit;
        tenants.config = new TenancyConfig(new Limits(300, 200_000, 20));
        tenants.clock = CLOCK;
        verifications.acts = new VerificationRepository(manager);
        verifications.organisations = organisations;
        verifications.tenants = tenants;
        verifications.audit = audit;
        verifications.clock = CLOCK;
        projects.platform = platform;
        projects.projects = new ProjectRepository(manager);
        projects.audit = audit;
        projects.clock = CLOCK;
        staff.platform = platform;
        staff.people = organisations;
        staff.staff = new StaffRepository(manager);
        staff.audit = audit;
        staff.clock = CLOCK;
    }

    /// Tenancy alone.
    public static TenancyFixture fresh() {
        var database = TestDatabase.fresh();
        database.entityManagers(ENTITIES);
        return new TenancyFixture(database);
    }

    public static TenantScope platform(Role... roles) {
        return TenantScope.platform("test", Set.of(roles));
    }

    public static Person person(String name) {
        return new Person(
                UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .toString(),
                name,
                name.toLowerCase(java.util.Locale.ROOT).replace(' ', '.') + "@example.org");
    }

    /// An organisation in XA whose owner is `Owner of <name>`.
    public Tenant organisation(String name) {
        return database.inTransaction(
                platform(),
                manager ->
                        tenants.found(
                                new FoundOrganisation(
                                        name,
                                        OrganisationKind.RESEARCH,
                                        "XA",
                                        "XA-1",
                                        person("Owner of " + name))));
    }

    /// One that somebody verified.
    public Tenant verified(String name) {
        var tenant = organisation(name);
        database.inTransaction(
                platform(Role.PROGRAMME_OFFICER),
                manager -> {
                    verifications.verify(
                            tenant.id(), "Entry in the register of XA.", person("Vera Verifier"));
                    return tenant;
                });
        return tenant;
    }

    @Override
    public void close() {
        database.close();
    }
}
