package org.allodium.identity.internal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import org.allodium.identity.ApiKeyId;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
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
            throw Refused.of(ErrorCode.CONFLICT, "identity.key-name-taken").at("name").because(e);
        }
    }

    public void flush() {
        manager.flush();
    }

    public ApiKey require(ApiKeyId id) {
        @Nullable ApiKey found = manager.find(ApiKey.class, id.value());
        if (found == null) {
            throw Refused.of(ErrorCode.NOT_FOUND, "identity.no-such-key");
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
