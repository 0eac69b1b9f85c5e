package org.allodium.tenancy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.allodium.kernel.Ids;
import org.allodium.tenancy.internal.AuditRepository;
import org.allodium.tenancy.internal.Directory;
import org.allodium.tenancy.internal.Edits;
import org.jspecify.annotations.Nullable;

/// What people changed: append-only, and written in the transaction of the change, so that there
/// is no change without its entry.
@ApplicationScoped
public class AuditTrail {
    @Inject AuditRepository entries;
    @Inject Clock clock;
    @Inject News news;

    /// What was changed binds the next request on this node. The actor is the scope's subject.
    /// Never put secrets or texts of users in `details`.
    @Anyone
    @Transactional(Transactional.TxType.MANDATORY)
    public void note(@Nullable TenantId tenant, String act, Map<String, String> details) {
        entries.add(
                Ids.timeOrdered(clock),
                new AuditEntry(
                        clock.instant(), tenant, TenantScope.current().subject(), act, details));
        news.bindNext();
    }

    /// For services of this room that must not overwrite what an editor did not see.
    Edits edits(DataSource platform) {
        return new Edits(entries, new Directory(platform));
    }

    /// Newest first; a tenant's people see their own organisation's entries.
    @Requires(Permission.READ_AUDIT_TRAIL)
    @Transactional
    public List<AuditEntry> latest(int limit) {
        return entries.latest(TenantScope.current().tenant(), limit);
    }
}
