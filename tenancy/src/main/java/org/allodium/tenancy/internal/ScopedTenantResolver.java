package org.allodium.tenancy.internal;

import java.util.UUID;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.hibernate.context.spi.CurrentTenantIdentifierResolver;
import org.jspecify.annotations.Nullable;

/// Tells Hibernate for whom a session works. Without a scope no session opens at all. A session
/// keeps the scope it was opened with: whoever changes the scope starts a new transaction.
public final class ScopedTenantResolver implements CurrentTenantIdentifierResolver<UUID> {
    /// Stands for the platform; no tenant ever has this id.
    static final UUID PLATFORM = new UUID(0, 0);

    @Override
    public UUID resolveCurrentTenantIdentifier() {
        TenantId tenant = TenantScope.current().tenant();
        return tenant == null ? PLATFORM : tenant.value();
    }

    @Override
    public boolean validateExistingCurrentSessions() {
        return true;
    }

    @Override
    public boolean isRoot(@Nullable UUID tenant) {
        return PLATFORM.equals(tenant);
    }
}
