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
import org.allodium.tenancy.Role;
import org.hibernate.annotations.TenantId;

/// One person's place in one organisation. Who the person is, the people table says.
@Entity
@Table(schema = "tenancy", name = "membership")
public class Membership {
    @Id private UUID id;

    @TenantId
    @Column(name = "tenant_id")
    private UUID tenant;

    // Queries read it.
    @SuppressWarnings("UnusedVariable")
    private String subject;

    @Enumerated(EnumType.STRING)
    private Role role;

    // Queries read it.
    @SuppressWarnings("UnusedVariable")
    private Instant since;

    @Version private int version;

    protected Membership() {}

    public Membership(UUID id, UUID tenant, String subject, Role role, Instant since) {
        this.id = id;
        this.tenant = tenant;
        this.subject = subject;
        this.role = role;
        this.since = since;
    }

    public Role role() {
        return role;
    }

    public void change(Role to) {
        role = to;
    }
}
