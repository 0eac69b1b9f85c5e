package org.allodium.tenancy;

import static org.allodium.tenancy.FieldRules.demand;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.internal.Directory;
import org.allodium.tenancy.internal.Edits;
import org.allodium.tenancy.internal.Membership;
import org.allodium.tenancy.internal.Organisation;
import org.allodium.tenancy.internal.OrganisationRepository;

/// Organisations, their members and their limits. Look-ups see what is committed, not the caller's
/// open transaction. What every request asks of them is in memory: [Roster].
@ApplicationScoped
public class Tenants {
    private static final String LIMITS_CHANGED = "tenancy.limits-changed";
    private static final String ROLE_CHANGED = "tenancy.member-role-changed";

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Inject OrganisationRepository organisations;
    @Inject AuditTrail audit;
    @Inject TenancyConfig config;
    @Inject Clock clock;

    /// A room to the right asks in the platform's name for the person: there is no tenant yet.
    @Anyone
    @Transactional
    public Tenant found(FoundOrganisation command) {
        TenantScope.current().demandPlatform();
        var checked = FieldRules.checked(command);
        var id = new TenantId(Ids.timeOrdered(clock));
        var organisation =
                new Organisation(
                        id.value(),
                        freeSlug(checked.name()),
                        checked,
                        config.startingLimits(),
                        clock.instant());
        organisations.add(organisation);
        enter(id, checked.founder(), Role.OWNER);
        var tenant = organisation.asTenant();
        audit.note(
                id,
                "tenancy.organisation-founded",
                Map.of(
                        "name", tenant.name(),
                        "kind", tenant.kind().name(),
                        "country", tenant.country(),
                        "identifier", tenant.identifier(),
                        "owner", checked.founder().subject()));
        return tenant;
    }

    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Optional<Tenant> find(TenantId id) {
        return new Directory(platform).tenant(id);
    }

    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Tenant require(TenantId id) {
        return new Directory(platform)
                .tenant(id)
                .orElseThrow(() -> Refused.of(ErrorCode.NOT_FOUND, "tenancy.no-such-organisation"));
    }

    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Optional<Tenant> findBySlug(String slug) {
        return new Directory(platform).tenantBySlug(slug);
    }

    /// Staff only. `search` matches name and identifier; empty matches all.
    @Requires(Permission.SEE_ALL_ORGANISATIONS)
    @Transactional(TxType.NOT_SUPPORTED)
    public List<Tenant> all(String search, int offset, int limit) {
        TenantScope.current().demandPlatform();
        return new Directory(platform).tenants(search.strip(), offset, limit);
    }

    /// @param seen the limits that the administrator saw and changed; when they are others by now,
    ///     nothing is changed
    @Requires(Permission.CHANGE_QUOTAS)
    @Transactional
    public Tenant changeLimits(TenantId id, Limits limits, Limits seen) {
        TenantScope.current().demandPlatform();
        organisations.lock(id);
        var organisation = organisations.require(id);
        edits().demandAsSeen(seen, organisation.asTenant().limits(), id, LIMITS_CHANGED, "", "");
        var before = organisation.allow(limits);
        audit.note(
                id,
                LIMITS_CHANGED,
                Map.of("before", before.toString(), "after", limits.toString()));
        return organisation.asTenant();
    }

    /// `withProjects`: the slug of the one organisation whose projects come along, if the person
    /// belongs to it.
    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Standing standing(String subject, Optional<String> withProjects) {
        return new Directory(platform).standing(subject, withProjects.orElse(""));
    }

    @Anyone
    @Transactional(TxType.NOT_SUPPORTED)
    public Optional<Member> membership(TenantId tenant, String subject) {
        return new Directory(platform).membership(tenant, subject);
    }

    @Requires(Permission.SEE_MEMBERS)
    @Transactional
    public List<Member> members(TenantId tenant) {
        TenantScope.current().demand(tenant);
        return organisations.members(tenant);
    }

    /// Remembers a person's present name and address, as the identity provider tells them.
    @Anyone
    @Transactional
    public void remember(Person person) {
        TenantScope.current().demandPlatform();
        organisations.remember(FieldRules.person(person), clock.instant());
    }

    @Requires(Permission.CHANGE_MEMBERS)
    @Transactional
    public Member addMember(TenantId tenant, Person person, Role role) {
        TenantScope.current().demand(tenant);
        demandTenantRole(role);
        demandOwnerFor(role);
        organisations.lock(tenant);
        if (organisations.membership(tenant, person.subject()).isPresent()) {
            throw Refused.of(ErrorCode.CONFLICT, "tenancy.member-already").at("person");
        }
        var member = enter(tenant, FieldRules.person(person), role);
        audit.note(
                tenant,
                "tenancy.member-added",
                Map.of("member", person.subject(), "role", role.label()));
        return member;
    }

    /// @param seen the role that was changed; when it is another by now, nothing is changed
    @Requires(Permission.CHANGE_MEMBERS)
    @Transactional
    public void changeRole(TenantId tenant, String subject, Role role, Role seen) {
        TenantScope.current().demand(tenant);
        demandTenantRole(role);
        organisations.lock(tenant);
        var membership = requireMembership(tenant, subject);
        var before = membership.role();
        edits().demandAsSeen(seen, before, tenant, ROLE_CHANGED, "member", subject);
        demandOwnerFor(role);
        demandOwnerFor(before);
        if (before == Role.OWNER && role != Role.OWNER) {
            demandAnotherOwner(tenant);
        }
        membership.change(role);
        audit.note(
                tenant,
                ROLE_CHANGED,
                Map.of("member", subject, "before", before.label(), "after", role.label()));
    }

    /// The last owner cannot be removed.
    @Requires(Permission.CHANGE_MEMBERS)
    @Transactional
    public void removeMember(TenantId tenant, String subject) {
        TenantScope.current().demand(tenant);
        organisations.lock(tenant);
        var membership = requireMembership(tenant, subject);
        demandOwnerFor(membership.role());
        if (membership.role() == Role.OWNER) {
            demandAnotherOwner(tenant);
        }
        organisations.remove(membership);
        audit.note(
                tenant,
                "tenancy.member-removed",
                Map.of("member", subject, "role", membership.role().label()));
    }

    private Member enter(TenantId tenant, Person person, Role role) {
        var since = clock.instant();
        organisations.remember(person, since);
        organisations.add(
                new Membership(
                        Ids.timeOrdered(clock), tenant.value(), person.subject(), role, since));
        return new Member(tenant, person, role, since);
    }

    private String freeSlug(String name) {
        String slug = FieldRules.slug(name);
        Set<String> taken = organisations.slugsLike(slug);
        String free = slug;
        for (int number = 2; taken.contains(free); number++) {
            free = slug + "-" + number;
        }
        return free;
    }

    private Membership requireMembership(TenantId tenant, String subject) {
        return organisations
                .membership(tenant, subject)
                .orElseThrow(
                        () ->
                                Refused.of(ErrorCode.NOT_FOUND, "tenancy.no-such-member")
                                        .at("person"));
    }

    private void demandAnotherOwner(TenantId tenant) {
        if (organisations.owners(tenant) < 2) {
            throw Refused.of(ErrorCode.CONFLICT, "tenancy.last-owner").at("role");
        }
    }

    private static void demandTenantRole(Role role) {
        demand(
                role.function() == Role.Function.TENANT,
                "role",
                Sentence.of("tenancy.role-of-a-member"));
    }

    /// An admin keeps everybody but owners: else an admin could make themselves owner.
    private static void demandOwnerFor(Role role) {
        if (role == Role.OWNER) {
            Permission.MAKE_OWNERS.demand();
        }
    }

    private Edits edits() {
        return audit.edits(platform);
    }
}
