package org.allodium.tenancy;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.jspecify.annotations.Nullable;

/// In whose name the current thread works: one tenant, or the platform, and with which roles.
/// There is no default: work without a scope fails, and never sees "all tenants".
/// A background or push thread inherits nothing; it binds again with [#call].
public record TenantScope(@Nullable TenantId tenant, String subject, Set<Role> roles) {
    private static final ScopedValue<TenantScope> CURRENT = ScopedValue.newInstance();

    public TenantScope {
        roles = Set.copyOf(roles);
    }

    public static TenantScope of(TenantId tenant, String subject, Set<Role> roles) {
        return new TenantScope(tenant, subject, roles);
    }

    /// Sanctioned work across tenants: staff views, settlement, start-up. `subject` names the
    /// person or the task.
    public static TenantScope platform(String subject, Set<Role> roles) {
        return new TenantScope(null, subject, roles);
    }

    public static TenantScope current() {
        if (!CURRENT.isBound()) {
            throw new IllegalStateException(
                    "No tenant scope is bound: bind one with TenantScope.call");
        }
        return CURRENT.get();
    }

    public static Optional<TenantScope> currentIfBound() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    public boolean isPlatform() {
        return tenant == null;
    }

    public TenantId requireTenant() {
        if (tenant == null) {
            throw new IllegalStateException(
                    "This work belongs to one tenant, but runs for the platform");
        }
        return tenant;
    }

    /// The platform may work on any tenant, a tenant's own scope on itself alone.
    public void demand(TenantId wanted) {
        if (tenant != null && !tenant.equals(wanted)) {
            throw Refused.of(ErrorCode.NOT_FOUND, "tenancy.no-such-organisation");
        }
    }

    public void demandPlatform() {
        if (!isPlatform()) {
            throw Refused.of(ErrorCode.PERMISSION_DENIED, "tenancy.platform-only");
        }
    }

    public <T> T call(Callable<T> work) throws Exception {
        return ScopedValue.where(CURRENT, this).call(work::call);
    }

    /// As [#call] for work without checked exceptions.
    public <T> T get(java.util.function.Supplier<T> work) {
        return ScopedValue.where(CURRENT, this).call(work::get);
    }

    public void run(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }
}
