package org.allodium.tenancy.internal;

import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;

/// Whoever edits a thing says what they saw of it. When it is another by now, the edit is refused
/// with the name of who changed it: nobody overwrites what they do not know. See decision 0136.
public final class Edits {
    private final AuditRepository entries;
    private final Directory people;

    public Edits(AuditRepository entries, Directory people) {
        this.entries = entries;
        this.people = people;
    }

    /// @param act how the audit trail calls such a change
    /// @param key with `value`, the detail of an entry that tells which thing; empty where there is
    ///     one alone
    public <T> void demandAsSeen(
            T seen, T now, TenantId tenant, String act, String key, String value) {
        if (now.equals(seen)) {
            return;
        }
        throw entries.lastActor(tenant, act, key, value)
                .flatMap(people::nameOf)
                .map(who -> Refused.of(ErrorCode.EDITED_MEANWHILE, "tenancy.changed-by", who))
                .orElseGet(
                        () -> Refused.of(ErrorCode.EDITED_MEANWHILE, "tenancy.changed-meanwhile"));
    }
}
