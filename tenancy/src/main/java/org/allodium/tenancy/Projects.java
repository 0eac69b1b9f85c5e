package org.allodium.tenancy;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/// A tenant's projects: what keys, usage and the answer cache hang on.
@ApplicationScoped
public class Projects {
    public Project create(TenantId tenant, String name) {
        throw new UnsupportedOperationException();
    }

    public List<Project> all(TenantId tenant) {
        throw new UnsupportedOperationException();
    }

    public Optional<Project> find(ProjectId id) {
        throw new UnsupportedOperationException();
    }

    public Project rename(ProjectId id, String name) {
        throw new UnsupportedOperationException();
    }

    public Project switchAnswerCache(ProjectId id, boolean on) {
        throw new UnsupportedOperationException();
    }
}
