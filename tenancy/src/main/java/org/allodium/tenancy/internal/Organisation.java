package org.allodium.tenancy.internal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.allodium.tenancy.FoundOrganisation;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Shared;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// The tenant itself, so Hibernate has no tenant to filter it by; the row policy shows role
/// `allodium_app` only its own.
@Entity
@Shared
@Table(schema = "tenancy", name = "organisation")
public class Organisation {
    @Id
    @Column(name = "tenant_id")
    private UUID id;

    private String slug;
    private String name;

    @Enumerated(EnumType.STRING)
    private OrganisationKind kind;

    private String country;
    private String identifier;

    @Column(name = "requests_per_minute")
    private int requestsPerMinute;

    @Column(name = "tokens_per_minute")
    private int tokensPerMinute;

    @Column(name = "concurrent_requests")
    private int concurrentRequests;

    @Enumerated(EnumType.STRING)
    private Limits.@Nullable Priority priority;

    @Column(name = "founded_at")
    private Instant foundedAt;

    @Version private int version;

    protected Organisation() {}

    public Organisation(
            UUID id, String slug, FoundOrganisation command, Limits limits, Instant at) {
        this.id = id;
        this.slug = slug;
        this.name = command.name();
        this.kind = command.kind();
        this.country = command.country();
        this.identifier = command.identifier();
        this.foundedAt = at;
        allow(limits);
    }

    /// Returns what was allowed before.
    public final Limits allow(Limits limits) {
        var before = limits();
        requestsPerMinute = limits.requestsPerMinute();
        tokensPerMinute = limits.tokensPerMinute();
        concurrentRequests = limits.concurrentRequests();
        priority = limits.priority();
        return before;
    }

    public Tenant asTenant() {
        return new Tenant(
                new TenantId(id), slug, name, kind, country, identifier, limits(), foundedAt);
    }

    private Limits limits() {
        // A new organisation has no limits yet; the smallest stand for none.
        return new Limits(
                Math.max(1, requestsPerMinute),
                Math.max(1, tokensPerMinute),
                Math.max(1, concurrentRequests),
                priority == null ? Limits.Priority.NORMAL : priority);
    }
}
