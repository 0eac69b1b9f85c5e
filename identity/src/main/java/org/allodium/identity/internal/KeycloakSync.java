package org.allodium.identity.internal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.TenantId;

/// A note, written in the transaction of the change itself, that Keycloak is to be told about one
/// membership. [KeycloakOutbox] reads and removes it.
@Entity
@Table(schema = "identity", name = "keycloak_sync")
public class KeycloakSync {
    @Id private UUID id;

    @TenantId
    @Column(name = "tenant_id")
    private UUID tenant;

    @Column(columnDefinition = "text")
    private String subject;

    @Column(name = "due_at")
    private Instant dueAt;

    /// Counted by [KeycloakOutbox] only.
    @SuppressWarnings("UnusedVariable")
    private int attempts;

    /// For Hibernate.
    protected KeycloakSync() {}

    public KeycloakSync(UUID id, UUID tenant, String subject, Instant now) {
        this.id = id;
        this.tenant = tenant;
        this.subject = subject;
        this.dueAt = now;
    }
}
