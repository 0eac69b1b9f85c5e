package org.allodium.tenancy.internal;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.ProjectId;
import org.hibernate.annotations.TenantId;

/// A project as its tenant keeps it.
@Entity
@Table(schema = "tenancy", name = "project")
public class OwnedProject {
    @Id private UUID id;

    @TenantId
    @Column(name = "tenant_id")
    private UUID tenant;

    private String name;

    @Column(name = "answer_cache")
    private boolean answerCache;

    @Column(name = "created_at")
    private Instant createdAt;

    @Version private int version;

    protected OwnedProject() {}

    public OwnedProject(UUID id, UUID tenant, String name, Instant at) {
        this.id = id;
        this.tenant = tenant;
        this.name = name;
        this.createdAt = at;
    }

    public void rename(String to) {
        name = to;
    }

    public void keepAnswers(boolean on) {
        answerCache = on;
    }

    public Project asProject() {
        return new Project(
                new ProjectId(id),
                new org.allodium.tenancy.TenantId(tenant),
                name,
                answerCache,
                createdAt);
    }
}
