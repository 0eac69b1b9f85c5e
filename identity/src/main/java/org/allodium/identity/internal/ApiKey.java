package org.allodium.identity.internal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.allodium.identity.ApiKeyId;
import org.allodium.identity.ApiKeyRow;
import org.allodium.identity.IssueKey;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.ProjectId;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.TenantId;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/// A key's whole life: issued, perhaps used, and ended by expiry, rotation or revocation.
@Entity
@Table(schema = "identity", name = "api_key")
public class ApiKey {
    @Id private UUID id;

    @TenantId
    @Column(name = "tenant_id")
    private UUID tenant;

    @Column(name = "project_id")
    private UUID project;

    @Column(columnDefinition = "text")
    private String name;

    @Column(columnDefinition = "text")
    private String prefix;

    @Column(name = "key_hash")
    private byte[] hash;

    @JdbcTypeCode(SqlTypes.ARRAY)
    @Column(name = "allowed_models", columnDefinition = "text[]")
    private String[] allowedModels;

    @Column(name = "created_by", columnDefinition = "text")
    private String createdBy;

    /// Read by [KeyLookup] only.
    @SuppressWarnings("UnusedVariable")
    private boolean adopted;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "expires_at")
    private Instant expiresAt;

    @Column(name = "revoked_at")
    private @Nullable Instant revokedAt;

    /// Written beside the request path, by plain SQL and never from here.
    @Column(name = "last_used_at", insertable = false, updatable = false)
    private @Nullable Instant lastUsedAt;

    @Column(name = "live_name", columnDefinition = "text")
    private @Nullable String liveName;

    @Version private int version;

    /// For Hibernate.
    protected ApiKey() {}

    public ApiKey(
            UUID id,
            IssueKey command,
            String secret,
            String createdBy,
            boolean adopted,
            Instant now) {
        this.id = id;
        this.tenant = command.tenant().value();
        this.project = command.project().value();
        this.name = command.name();
        this.liveName = name;
        this.prefix = OpaqueTokens.prefix(secret);
        this.hash = OpaqueTokens.hash(secret);
        this.allowedModels = command.allowedModels().stream().sorted().toArray(String[]::new);
        this.createdBy = createdBy;
        this.adopted = adopted;
        this.createdAt = now;
        this.expiresAt = now.plus(command.validFor());
    }

    /// Ends this key and says what its successor is to be.
    public IssueKey rotate(Instant now) {
        if (revokedAt != null) {
            throw Refused.of(ErrorCode.CONFLICT, "identity.key-revoked-already");
        }
        revoke(now);
        return new IssueKey(
                new org.allodium.tenancy.TenantId(tenant),
                new ProjectId(project),
                name,
                Duration.between(createdAt, expiresAt),
                Set.of(allowedModels));
    }

    /// Twice is once.
    public void revoke(Instant now) {
        if (revokedAt == null) {
            revokedAt = now;
        }
        liveName = null;
    }

    /// An expired key gives its name to the next one.
    public void releaseNameIfExpired(Instant now) {
        if (!expiresAt.isAfter(now)) {
            liveName = null;
        }
    }

    public boolean wasMadeBy(String subject) {
        return createdBy.equals(subject);
    }

    public ApiKeyRow row() {
        return new ApiKeyRow(
                new ApiKeyId(id),
                new ProjectId(project),
                name,
                prefix,
                createdAt,
                expiresAt,
                Optional.ofNullable(lastUsedAt),
                Optional.ofNullable(revokedAt),
                Set.of(allowedModels));
    }
}
