package org.allodium.tenancy.internal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Member;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.jspecify.annotations.Nullable;

/// Organisations, memberships and people, as far as the present scope may see and change them.
@ApplicationScoped
public class OrganisationRepository {
    @PersistenceContext(unitName = "allodium")
    EntityManager manager;

    /// For CDI.
    public OrganisationRepository() {}

    public OrganisationRepository(EntityManager manager) {
        this.manager = manager;
    }

    public void add(Organisation organisation) {
        manager.persist(organisation);
        manager.flush();
    }

    public Organisation require(TenantId id) {
        return found(manager.find(Organisation.class, id.value()));
    }

    /// Until the transaction ends nobody else changes members: two owners cannot leave at once.
    public void lock(TenantId id) {
        found(manager.find(Organisation.class, id.value(), LockModeType.PESSIMISTIC_WRITE));
    }

    public Set<String> slugsLike(String slug) {
        return new HashSet<>(
                manager.createQuery(
                                "select o.slug from Organisation o where o.slug = :slug or o.slug"
                                        + " like concat(:slug, '-%')",
                                String.class)
                        .setParameter("slug", slug)
                        .getResultList());
    }

    /// The platform brings a known person's name up to date; a tenant only adds people.
    public void remember(Person person, Instant at) {
        String known =
                TenantScope.current().isPlatform()
                        ? "(subject) do update set name = excluded.name, email = excluded.email"
                        // Naming the column would ask for the right to see the row in the way.
                        : "do nothing";
        manager.createNativeQuery(
                        "insert into tenancy.person (subject, name, email, since)"
                                + " values (:subject, :name, :email, :since)"
                                + " on conflict "
                                + known)
                .setParameter("subject", person.subject())
                .setParameter("name", person.name())
                .setParameter("email", person.email())
                .setParameter("since", at)
                .executeUpdate();
    }

    public void add(Membership membership) {
        manager.persist(membership);
        manager.flush();
    }

    public void remove(Membership membership) {
        manager.remove(membership);
        manager.flush();
    }

    public Optional<Membership> membership(TenantId tenant, String subject) {
        return manager.createQuery(
                        "select m from Membership m where m.tenant = :tenant"
                                + " and m.subject = :subject",
                        Membership.class)
                .setParameter("tenant", tenant.value())
                .setParameter("subject", subject)
                .getResultStream()
                .findFirst();
    }

    public long owners(TenantId tenant) {
        return manager.createQuery(
                        "select count(m) from Membership m where m.tenant = :tenant"
                                + " and m.role = :owner",
                        Long.class)
                .setParameter("tenant", tenant.value())
                .setParameter("owner", Role.OWNER)
                .getSingleResult();
    }

    public List<Member> members(TenantId tenant) {
        List<?> rows =
                manager.createNativeQuery(
                                "select m.subject, p.name, p.email, m.role, m.since"
                                        + " from tenancy.membership m"
                                        + " join tenancy.person p using (subject)"
                                        + " where m.tenant_id = :tenant order by p.name, m.subject",
                                Tuple.class)
                        .setParameter("tenant", tenant.value())
                        .getResultList();
        return rows.stream().map(row -> member(tenant, (Tuple) row)).toList();
    }

    private static Member member(TenantId tenant, Tuple row) {
        return new Member(
                tenant,
                new Person(
                        row.get("subject", String.class),
                        row.get("name", String.class),
                        row.get("email", String.class)),
                Role.valueOf(row.get("role", String.class)),
                row.get("since", Instant.class));
    }

    private static Organisation found(@Nullable Organisation found) {
        if (found == null) {
            throw Refused.of(ErrorCode.NOT_FOUND, "tenancy.no-such-organisation");
        }
        return found;
    }
}
