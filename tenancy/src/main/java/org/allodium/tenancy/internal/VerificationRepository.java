package org.allodium.tenancy.internal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.Verification;

/// The acts of verification. Rows are only ever added.
@ApplicationScoped
public class VerificationRepository {
    @PersistenceContext(unitName = "allodium")
    EntityManager manager;

    /// For CDI.
    public VerificationRepository() {}

    public VerificationRepository(EntityManager manager) {
        this.manager = manager;
    }

    public void add(
            UUID id, Tenant tenant, Instant at, boolean verified, String basis, String actor) {
        manager.createNativeQuery(
                        "insert into tenancy.verification"
                                + " (id, tenant_id, at, verified, kind, identifier, basis, actor)"
                                + " values (:id, :tenant, :at, :verified, :kind, :identifier,"
                                + " :basis, :actor)")
                .setParameter("id", id)
                .setParameter("tenant", tenant.id().value())
                .setParameter("at", at)
                .setParameter("verified", verified)
                .setParameter("kind", tenant.kind().name())
                .setParameter("identifier", tenant.identifier())
                .setParameter("basis", basis)
                .setParameter("actor", actor)
                .executeUpdate();
    }

    /// Newest first. A tenant cannot see who of the platform acted, only that.
    public List<Verification> of(TenantId tenant) {
        List<?> rows =
                manager.createNativeQuery(
                                "select v.at, v.verified, v.kind, v.identifier, v.basis,"
                                        + " coalesce(p.name, '') as actor from tenancy.verification v"
                                        + " left join tenancy.person p on p.subject = v.actor"
                                        + " where v.tenant_id = :tenant"
                                        + " order by v.at desc, v.id desc",
                                Tuple.class)
                        .setParameter("tenant", tenant.value())
                        .getResultList();
        return rows.stream().map(row -> act(tenant, (Tuple) row)).toList();
    }

    public List<TenantId> unverified(int offset, int limit) {
        List<?> ids =
                manager.createNativeQuery(
                                "select o.tenant_id from tenancy.organisation o"
                                        + " where not coalesce((select v.verified"
                                        + " from tenancy.verification v"
                                        + " where v.tenant_id = o.tenant_id"
                                        + " order by v.at desc, v.id desc limit 1), false)"
                                        + " order by o.founded_at, o.tenant_id"
                                        + " offset :offset limit :limit",
                                UUID.class)
                        .setParameter("offset", offset)
                        .setParameter("limit", limit)
                        .getResultList();
        return ids.stream().map(UUID.class::cast).map(TenantId::new).toList();
    }

    private static Verification act(TenantId tenant, Tuple row) {
        return new Verification(
                tenant,
                row.get("at", Instant.class),
                row.get("verified", Boolean.class),
                OrganisationKind.valueOf(row.get("kind", String.class)),
                row.get("identifier", String.class),
                row.get("basis", String.class),
                row.get("actor", String.class));
    }
}
