package org.allodium.billing.internal;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.allodium.tenancy.TenantScope;

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

    /// What is read.
    public interface Reading<T> {
        T read(Connection connection) throws SQLException;
    }

    public <T> T read(Reading<T> reading) {
        var scope = TenantScope.current();
        try (var connection = (scope.isPlatform() ? platform : app).getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                if (!scope.isPlatform()) {
                    scope.bind(connection);
                }
                return reading.read(connection);
            } finally {
                // Takes the tenant off the connection.
                connection.rollback();
                connection.setAutoCommit(before);
            }
        } catch (SQLException e) {
            throw Replies.explain(e);
        }
    }
}
