package org.allodium.identity.internal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import org.allodium.identity.ApiKeyId;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.tenancy.ProjectId;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/// The present tenant's keys; another tenant's are as if they did not exist.
@ApplicationScoped
public class ApiKeyRepository {
    @PersistenceContext(unitName = "allodium")
    EntityManager manager;

    /// For CDI.
    public ApiKeyRepository() {}

    public ApiKeyRepository(EntityManager manager) {
        this.manager = manager;
    }

    public void add(ApiKey key) {
        try {
            manager.persist(key);
            manager.flush();
        } catch (ConstraintViolationException e) {
            throw new CloudException(
                    ErrorCode.CONFLICT,
                    "This project has a live key of this name already. Choose another name, or"
                            + " rotate that key.",
                    "name",
                    e);
        }
    }

    public void flush() {
        manager.flush();
    }

    public ApiKey require(ApiKeyId id) {
        @Nullable ApiKey found = manager.find(ApiKey.class, id.value());
        if (found == null) {
            throw new CloudException(ErrorCode.NOT_FOUND, "There is no such API key.");
        }
        return found;
    }

    public List<ApiKey> of(ProjectId project) {
        return manager.createQuery(
                        "select k from ApiKey k where k.project = :project"
                                + " order by k.createdAt desc, k.id desc",
                        ApiKey.class)
                .setParameter("project", project.value())
                .getResultList();
    }

    public void releaseNameOfExpired(ProjectId project, String name, Instant now) {
        manager.createQuery(
                        "select k from ApiKey k where k.project = :project and k.liveName = :name",
                        ApiKey.class)
                .setParameter("project", project.value())
                .setParameter("name", name)
                .getResultList()
                .forEach(key -> key.releaseNameIfExpired(now));
        manager.flush();
    }
}
