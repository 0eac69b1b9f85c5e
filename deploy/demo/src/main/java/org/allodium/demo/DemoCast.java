package org.allodium.demo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.allodium.identity.ApiKeys;
import org.allodium.identity.IssueKey;
import org.allodium.sovereignty.CountryFile;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.FoundOrganisation;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Projects;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Staff;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;
import org.allodium.tenancy.Verifications;

/// The demo's people, organisations, country and keys. Each step looks first whether it is done.
@ApplicationScoped
class DemoCast {
    /// So wide that in the demo only money refuses.
    static final Limits LIMITS = new Limits(6_000, 6_000_000, 200);

    private static final Duration KEY_VALIDITY = Duration.ofDays(365);

    @Inject Tenants tenants;
    @Inject Verifications verifications;
    @Inject Projects projects;
    @Inject Staff staff;
    @Inject Residency residency;
    @Inject ApiKeys keys;

    void assignStaff(DemoFile demo) {
        platform(Role.ADMINISTRATOR, Role.SECURITY_OFFICER)
                .run(
                        () ->
                                demo.users().stream()
                                        .filter(user -> user.tenant() == null)
                                        .filter(user -> staff.rolesOf(user.subject()).isEmpty())
                                        .forEach(user -> staff.assign(user.person(), roles(user))));
    }

    /// Facilities, operators, who controls them, and the policies to choose from.
    void describeCountry() {
        platform(Role.SECURITY_OFFICER, Role.OPERATOR)
                .run(
                        () -> {
                            var country = country();
                            residency.recordNew(country.facts());
                            if (residency.policyChoices().isEmpty()) {
                                residency.offerPolicies(country.policies());
                            }
                        });
    }

    /// Two facilities at home under different public operators, one abroad whose operator belongs
    /// to a company of a third country; codes XA, XB and XC, which ISO 3166-1 leaves to its users.
    private static CountryFile country() {
        try (var json = DemoCast.class.getResourceAsStream("country.json")) {
            return CountryFile.read(Objects.requireNonNull(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void found(DemoOrganisation organisation, DemoFile demo) {
        var tenant =
                platform(Role.ADMINISTRATOR)
                        .get(() -> tenants.findBySlug(organisation.slug()))
                        .orElseGet(() -> foundNew(organisation, demo));
        var owner = demo.ownerOf(organisation.slug());
        var scope = TenantScope.of(tenant.id(), owner.subject(), Set.of(Role.OWNER));
        scope.run(() -> addMembers(tenant, organisation, demo));
        scope.run(() -> addProjects(tenant, organisation));
    }

    private Tenant foundNew(DemoOrganisation organisation, DemoFile demo) {
        return platform(Role.ADMINISTRATOR)
                .get(
                        () ->
                                tenants.found(
                                        new FoundOrganisation(
                                                organisation.name(),
                                                organisation.kind(),
                                                DemoOrganisation.COUNTRY,
                                                organisation.identifier(),
                                                demo.ownerOf(organisation.slug()).person())));
    }

    private void addMembers(Tenant tenant, DemoOrganisation organisation, DemoFile demo) {
        for (var user : demo.membersOf(organisation.slug())) {
            if (tenants.membership(tenant.id(), user.subject()).isEmpty()) {
                tenants.addMember(
                        tenant.id(), user.person(), Role.ofLabel(user.roles().getFirst()));
            }
        }
    }

    private void addProjects(Tenant tenant, DemoOrganisation organisation) {
        var present =
                projects.all(tenant.id()).stream().map(Project::name).collect(Collectors.toSet());
        organisation.projects().stream()
                .filter(name -> !present.contains(name))
                .forEach(name -> projects.create(tenant.id(), name));
    }

    /// An act of the demo's administrator, for an organisation of which none is on record.
    void verify(DemoOrganisation organisation, DemoFile demo) {
        var person = demo.withRole("administrator").person();
        TenantScope.platform(person.subject(), Set.of(Role.ADMINISTRATOR))
                .run(
                        () -> {
                            var tenant = require(organisation.slug());
                            if (verifications.history(tenant.id()).isEmpty()) {
                                verifications.verify(
                                        tenant.id(),
                                        "Entry " + tenant.identifier() + " in the register of XA.",
                                        person);
                            }
                        });
    }

    /// What people chose since stays.
    void choosePolicy(DemoOrganisation organisation, DemoFile demo) {
        var scope = owner(organisation.slug(), demo);
        var id = scope.requireTenant();
        scope.run(
                () ->
                        organisation
                                .policy()
                                .filter(policy -> residency.organisationPolicy(id).isEmpty())
                                .ifPresent(
                                        policy ->
                                                residency.chooseOrganisationPolicy(
                                                        id, policy, Optional.empty())));
    }

    void widenLimits(DemoOrganisation organisation) {
        platform(Role.ADMINISTRATOR)
                .run(
                        () -> {
                            var tenant = require(organisation.slug());
                            if (!tenant.limits().equals(LIMITS)) {
                                tenants.changeLimits(tenant.id(), LIMITS, tenant.limits());
                            }
                        });
    }

    /// The last step for an organisation, and the sign that all of them are done.
    void adoptKey(DemoFile.Key key, DemoFile demo) {
        if (holdsKey(key, demo)) {
            return;
        }
        owner(key.tenant(), demo)
                .run(
                        () -> {
                            var tenant = require(key.tenant());
                            var project = firstProject(tenant);
                            keys.adopt(
                                    new IssueKey(
                                            tenant.id(),
                                            project.id(),
                                            key.name(),
                                            KEY_VALIDITY,
                                            Set.of()),
                                    key.key());
                        });
    }

    boolean holdsKey(DemoFile.Key key, DemoFile demo) {
        if (platform(Role.ADMINISTRATOR).get(() -> tenants.findBySlug(key.tenant())).isEmpty()) {
            return false;
        }
        return owner(key.tenant(), demo)
                .get(
                        () -> {
                            var tenant = require(key.tenant()).id();
                            return projects.all(tenant).stream()
                                    .anyMatch(
                                            project -> !keys.list(tenant, project.id()).isEmpty());
                        });
    }

    private Project firstProject(Tenant tenant) {
        return projects.all(tenant.id()).stream()
                .min(Comparator.comparing(Project::createdAt))
                .orElseThrow();
    }

    TenantScope owner(String slug, DemoFile demo) {
        var tenant = platform(Role.ADMINISTRATOR).get(() -> require(slug));
        return TenantScope.of(tenant.id(), demo.ownerOf(slug).subject(), Set.of(Role.OWNER));
    }

    private Tenant require(String slug) {
        return tenants.findBySlug(slug)
                .orElseThrow(() -> new IllegalStateException("There is no organisation " + slug));
    }

    static TenantScope platform(Role... roles) {
        return TenantScope.platform("demo", Set.of(roles));
    }

    private static Set<Role> roles(DemoFile.User user) {
        return user.roles().stream()
                .map(Role::ofLabel)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)));
    }
}
