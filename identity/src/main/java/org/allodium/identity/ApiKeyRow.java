package org.allodium.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.allodium.tenancy.ProjectId;

/// A key as it may be shown: `prefix` is its first characters, such as `sk-alo-Ab3d`.
public record ApiKeyRow(
        ApiKeyId id,
        ProjectId project,
        String name,
        String prefix,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> revokedAt,
        Set<String> allowedModels) {
    public ApiKeyRow {
        allowedModels = Set.copyOf(allowedModels);
    }

    public boolean usableAt(Instant time) {
        return revokedAt.isEmpty() && expiresAt.isAfter(time);
    }
}
