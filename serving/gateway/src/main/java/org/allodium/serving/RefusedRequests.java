package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Optional;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;

/// What an organisation may read of its own refused requests, for 30 days.
@ApplicationScoped
public class RefusedRequests {
    public static final int LARGEST_PAGE = 100;

    @Inject RefusalLog log;

    /// Newest first, those after the one named.
    /// @param status 0 for all
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.SEE_REFUSALS)
    public List<RefusedRequest> page(
            TenantId tenant, int status, Optional<String> after, int limit) {
        TenantScope.current().demand(tenant);
        return log.page(tenant, status, after, Math.clamp(limit, 1, LARGEST_PAGE + 1));
    }
}
