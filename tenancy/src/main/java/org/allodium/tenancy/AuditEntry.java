package org.allodium.tenancy;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who did what, when. `act` is a verb in the past tense with its room, such as
/// `tenancy.limits-changed`; `tenant` is absent where the platform itself was changed.
public record AuditEntry(
        Instant at,
        @Nullable TenantId tenant,
        String actor,
        String act,
        Map<String, String> details) {
    public AuditEntry {
        details = Map.copyOf(details);
    }
}
