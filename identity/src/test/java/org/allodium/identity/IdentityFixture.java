package org.allodium.identity;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.allodium.identity.internal.AccessTokens;
import org.allodium.identity.internal.ApiKey;
import org.allodium.identity.internal.ApiKeyRepository;
import org.allodium.identity.internal.IdentityConfig;
import org.allodium.identity.internal.InvitationEntry;
import org.allodium.identity.internal.InvitationRepository;
import org.allodium.identity.internal.JustInTimeProvisioning;
import org.allodium.identity.internal.KeyLookup;
import org.allodium.identity.internal.KeycloakOutbox;
import org.allodium.identity.internal.KeycloakSync;
import org.allodium.identity.internal.OpenInvitations;
import org.allodium.identity.internal.OperationsToken;
import org.allodium.identity.internal.keycloak.KeycloakAdmin;
import org.allodium.sovereignty.FictionalCountry;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Roster;
import org.allodium.tenancy.TenancyFixture;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.TestDatabase;

/// Identity's services over a real PostgreSQL, wired as the container would, with a clock that the
/// test moves. Keycloak is wherever `keycloak` says.
final class IdentityFixture implements AutoCloseable {
    final TestDatabase database = TestDatabase.fresh();
    final TenancyFixture tenancy;
    final MovableClock clock = new MovableClock();
    final ApiKeys keys = new ApiKeys();
    final Callers callers = new Callers();
    final Onboarding onboarding = new Onboarding();
    final StaffCallers staffCallers = new StaffCallers();
    final KeycloakOutbox outbox;
    final Residency residency;

    IdentityFixture(IdentityConfig config) {
        database.entityManagers(
                Stream.concat(
                                Stream.of(TenancyFixture.ENTITIES),
                                Stream.of(ApiKey.class, InvitationEntry.class, KeycloakSync.class))
                        .toArray(Class<?>[]::new));
        tenancy = new TenancyFixture(database);
        var manager = database.entityManager();
        var tokens = new AccessTokens(config.issuer(), clock.asClock());
        var keycloak =
                new KeycloakAdmin(
                        config.keycloak(), config.realm(), config.adminSecret(), clock.asClock());
        residency = new Residency(database.platform(), clock.asClock(), database.news());
        TenantScope.platform("office", Set.of(Role.SECURITY_OFFICER))
                .run(
                        () -> {
                            residency.recordFacts(FictionalCountry.read().facts());
                            residency.offerPolicies(FictionalCountry.read().policies());
                        });
        keys.keys = new ApiKeyRepository(manager);
        keys.projects = tenancy.projects;
        keys.audit = tenancy.audit;
        keys.config = config;
        keys.clock = clock.asClock();
        callers.keys = lookup(tenancy.roster);
        callers.tokens = tokens;
        callers.roster = tenancy.roster;
        callers.residency = residency;
        callers.clock = clock.asClock();
        staffCallers.tokens = tokens;
        staffCallers.operations = new OperationsToken(config.operationsToken());
        staffCallers.staff = tenancy.staff;
        var invitations = new InvitationRepository(manager, clock.asClock());
        onboarding.tenants = tenancy.tenants;
        onboarding.residency = residency;
        onboarding.invitations = invitations;
        onboarding.open = new OpenInvitations(database.platform(), clock.asClock());
        onboarding.provisioning = new ProvisioningInTransaction(invitations);
        onboarding.keycloak = keycloak;
        onboarding.audit = tenancy.audit;
        onboarding.doors = new Doors("", clock.asClock());
        onboarding.config = config;
        onboarding.clock = clock.asClock();
        outbox = anotherOutbox();
    }

    /// As another node has one.
    KeycloakOutbox anotherOutbox() {
        return new KeycloakOutbox(
                database.platform(), tenancy.tenants, onboarding.keycloak, clock.asClock());
    }

    KeyLookup lookup(Roster roster) {
        return new KeyLookup(
                database.platform(), Runnable::run, clock.asClock(), database.news(), roster);
    }

    static IdentityConfig config(URI keycloak) {
        return new IdentityConfig(
                URI.create("http://localhost:9080"),
                keycloak,
                "allodium",
                "portal-secret",
                "admin-secret",
                Duration.ofDays(1),
                Duration.ofDays(730),
                false,
                false,
                "",
                Optional.empty());
    }

    /// Nothing answers there: for tests that need no Keycloak.
    static IdentityFixture withoutKeycloak() {
        return new IdentityFixture(config(URI.create("http://127.0.0.1:1")));
    }

    static Person ownerOf(Tenant tenant) {
        return TenancyFixture.person("Owner of " + tenant.name());
    }

    static TenantScope owner(Tenant tenant) {
        return TenantScope.of(tenant.id(), ownerOf(tenant).subject(), Set.of(Role.OWNER));
    }

    static TenantScope as(Tenant tenant, Person person, Role role) {
        return TenantScope.of(tenant.id(), person.subject(), Set.of(role));
    }

    Project project(Tenant tenant, String name) {
        return in(owner(tenant), () -> tenancy.projects.create(tenant.id(), name));
    }

    Person member(Tenant tenant, String name, Role role) {
        var person = TenancyFixture.person(name);
        in(owner(tenant), () -> tenancy.tenants.addMember(tenant.id(), person, role));
        return person;
    }

    <T> T in(TenantScope scope, Supplier<T> work) {
        return database.inTransaction(scope, _ -> work.get());
    }

    void run(TenantScope scope, Runnable work) {
        database.runInTransaction(scope, work);
    }

    @Override
    public void close() {
        database.close();
    }

    /// As the container's `@Transactional` would do it.
    private final class ProvisioningInTransaction extends JustInTimeProvisioning {
        ProvisioningInTransaction(InvitationRepository invitations) {
            super(tenancy.tenants, invitations, clock.asClock());
        }

        @Override
        public void remember(Person person) {
            IdentityFixture.this.run(TenantScope.current(), () -> super.remember(person));
        }

        @Override
        public void accept(java.util.UUID id, Person person) {
            IdentityFixture.this.run(TenantScope.current(), () -> super.accept(id, person));
        }
    }

    /// Stands still until moved.
    static final class MovableClock implements InstantSource {
        private volatile Instant now = Instant.parse("2026-11-20T10:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        Clock asClock() {
            return withZone(ZoneOffset.UTC);
        }
    }
}
