package org.allodium.tenancy;

import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.HandleCallback;
import org.jspecify.annotations.Nullable;

/// Plain statements in a tenant's name, beside Hibernate: as role `allodium_app`, in a transaction
/// that PostgreSQL holds to the tenant and whose end takes the tenant off the connection.
public final class TenantDatabase {
    private final Database app;

    public TenantDatabase(DataSource app) {
        this.app = Database.over(app);
    }

    /// In the name of the present scope's tenant.
    public <T extends @Nullable Object, X extends Exception> T inTransaction(
            HandleCallback<T, X> work) throws X {
        return inTransaction(TenantScope.current().requireTenant(), work);
    }

    public <T extends @Nullable Object, X extends Exception> T inTransaction(
            TenantId tenant, HandleCallback<T, X> work) throws X {
        return app.inTransactionOf(tenant.value(), work);
    }
}
