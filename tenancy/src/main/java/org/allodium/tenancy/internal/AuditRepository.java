package org.allodium.tenancy.internal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.allodium.tenancy.AuditEntry;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// The audit table. Rows are only ever added, in the transaction of what they tell.
@ApplicationScoped
public class AuditRepository {
    private static final JsonMapper JSON = JsonMapper.shared();

    @PersistenceContext(unitName = "allodium")
    EntityManager manager;

    /// For CDI.
    public AuditRepository() {}

    public AuditRepository(EntityManager manager) {
        this.manager = manager;
    }

    public void add(UUID id, AuditEntry entry) {
        manager.createNativeQuery(
                        "insert into tenancy.audit_entry (id, at, tenant_id, actor, act, details)"
                                + " values (:id, :at, cast(nullif(:tenant, '') as uuid), :actor, :act,"
                                + " cast(:details as jsonb))")
                .setParameter("id", id)
                .setParameter("at", entry.at())
                .setParameter("tenant", text(entry.tenant()))
                .setParameter("actor", entry.actor())
                .setParameter("act", entry.act())
                .setParameter("details", JSON.writeValueAsString(entry.details()))
                .executeUpdate();
    }

    /// Newest first. The row policy shows a tenant's scope its own entries alone.
    public List<AuditEntry> latest(@Nullable TenantId tenant, int limit) {
        List<?> rows =
                manager.createNativeQuery(
                                "select at, tenant_id, actor, act, cast(details as text)"
                                        + " as details from tenancy.audit_entry"
                                        + " where :tenant = ''"
                                        + " or cast(tenant_id as text) = :tenant"
                                        + " order by at desc, id desc limit :limit",
                                Tuple.class)
                        .setParameter("tenant", text(tenant))
                        .setParameter("limit", limit)
                        .getResultList();
        return rows.stream().map(row -> entry((Tuple) row)).toList();
    }

    /// Who did this last to a thing of this tenant; `key` and `value` tell which, of several.
    public Optional<String> lastActor(TenantId tenant, String act, String key, String value) {
        List<?> actors =
                manager.createNativeQuery(
                                "select actor from tenancy.audit_entry"
                                        + " where tenant_id = :tenant and act = :act"
                                        + " and (:key = '' or details ->> :key = :value)"
                                        + " order by at desc, id desc limit 1",
                                String.class)
                        .setParameter("tenant", tenant.value())
                        .setParameter("act", act)
                        .setParameter("key", key)
                        .setParameter("value", value)
                        .getResultList();
        return actors.stream().map(String.class::cast).findFirst();
    }

    private static AuditEntry entry(Tuple row) {
        @Nullable UUID tenant = row.get("tenant_id", UUID.class);
        return new AuditEntry(
                row.get("at", Instant.class),
                tenant == null ? null : new TenantId(tenant),
                row.get("actor", String.class),
                row.get("act", String.class),
                JSON.readValue(
                        row.get("details", String.class),
                        new TypeReference<Map<String, String>>() {}));
    }

    private static String text(@Nullable TenantId tenant) {
        return tenant == null ? "" : tenant.toString();
    }
}
