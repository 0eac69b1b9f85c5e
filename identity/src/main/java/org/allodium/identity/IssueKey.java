package org.allodium.identity;

import java.time.Duration;
import java.util.Set;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;

/// `allowedModels` empty means all that policy allows.
public record IssueKey(
        TenantId tenant,
        ProjectId project,
        String name,
        Duration validFor,
        Set<String> allowedModels) {
    public static final Duration DEFAULT_VALIDITY = Duration.ofDays(90);

    public IssueKey {
        allowedModels = Set.copyOf(allowedModels);
    }
}
