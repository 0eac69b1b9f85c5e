package org.allodium.tenancy.internal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.UUID;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// Projects, as far as the present scope may see and change them.
@ApplicationScoped
public class ProjectRepository {
    @PersistenceContext(unitName = "allodium")
    EntityManager manager;

    /// For CDI.
    public ProjectRepository() {}

    public ProjectRepository(EntityManager manager) {
        this.manager = manager;
    }

    public void add(OwnedProject project) {
        manager.persist(project);
        manager.flush();
    }

    public OwnedProject require(ProjectId id) {
        return found(manager.find(OwnedProject.class, id.value()));
    }

    /// Holds everybody else off this project until the transaction ends.
    public OwnedProject lock(ProjectId id) {
        return found(manager.find(OwnedProject.class, id.value(), LockModeType.PESSIMISTIC_WRITE));
    }

    private static OwnedProject found(@Nullable OwnedProject project) {
        if (project == null) {
            throw Refused.of(ErrorCode.NOT_FOUND, "tenancy.no-such-project");
        }
        return project;
    }

    public List<OwnedProject> all(TenantId tenant) {
        return manager.createQuery(
                        "select p from OwnedProject p where p.tenant = :tenant order by p.name",
                        OwnedProject.class)
                .setParameter("tenant", tenant.value())
                .getResultList();
    }

    /// Whether another project of this tenant than `except` has the name already.
    public boolean nameTaken(TenantId tenant, String name, UUID except) {
        return manager.createQuery(
                                "select count(p) from OwnedProject p where p.tenant = :tenant"
                                        + " and p.name = :name and p.id <> :except",
                                Long.class)
                        .setParameter("tenant", tenant.value())
                        .setParameter("name", name)
                        .setParameter("except", except)
                        .getSingleResult()
                > 0;
    }

    public void flush() {
        manager.flush();
    }
}
