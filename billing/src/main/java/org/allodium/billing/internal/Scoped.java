package org.allodium.billing.internal;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.tenancy.TenantDatabase;
import org.allodium.tenancy.TenantScope;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;

/// Reads in the name of the present scope: a tenant's on the connection that PostgreSQL holds to
/// that tenant, the platform's on the platform's.
@ApplicationScoped
public class Scoped {
    @Resource(lookup = "jdbc/app")
    DataSource app;

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    /// For CDI.
    public Scoped() {}

    public Scoped(DataSource app, DataSource platform) {
        this.app = app;
        this.platform = platform;
    }

    public <T> T read(HandleCallback<T, RuntimeException> reading) {
        var scope = TenantScope.current();
        try {
            return scope.isPlatform()
                    ? Database.over(platform).inTransaction(reading)
                    : new TenantDatabase(app).inTransaction(reading);
        } catch (JdbiException e) {
            throw Replies.explain(e);
        }
    }
}
