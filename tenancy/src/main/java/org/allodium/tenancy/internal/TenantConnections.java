package org.allodium.tenancy.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.hibernate.engine.jdbc.connections.spi.MultiTenantConnectionProvider;
import org.jspecify.annotations.Nullable;

/// Gives Hibernate a connection that PostgreSQL itself holds to one tenant: role `allodium_app`
/// with `app.tenant` set, which every row policy reads. The platform's sessions come as role
/// `allodium_platform`, which has policies of its own.
///
/// INVARIANT: a connection at rest in the pool carries no tenant. The setting is made at session
/// level and taken back on release; if the transaction rolls back, PostgreSQL takes it back by
/// itself.
public final class TenantConnections implements MultiTenantConnectionProvider<UUID> {
    private transient @Nullable DataSource app;
    private transient @Nullable DataSource platform;

    /// For Hibernate, which makes this object itself inside the server.
    public TenantConnections() {}

    public TenantConnections(DataSource app, DataSource platform) {
        this.app = app;
        this.platform = platform;
    }

    /// Without a tenant: enough to read the catalogue of tables, and no row of any tenant.
    @Override
    public Connection getAnyConnection() throws SQLException {
        return app().getConnection();
    }

    @Override
    public void releaseAnyConnection(Connection connection) throws SQLException {
        connection.close();
    }

    @Override
    public Connection getConnection(UUID tenant) throws SQLException {
        if (ScopedTenantResolver.PLATFORM.equals(tenant)) {
            return platform().getConnection();
        }
        var connection = app().getConnection();
        try {
            carry(connection, tenant.toString());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public void releaseConnection(UUID tenant, Connection connection) throws SQLException {
        if (!ScopedTenantResolver.PLATFORM.equals(tenant)) {
            try {
                carry(connection, "");
            } catch (SQLException e) {
                // It may still carry the tenant: such a connection never serves anybody again.
                connection.abort(Runnable::run);
                throw e;
            }
        }
        connection.close();
    }

    @Override
    public boolean supportsAggressiveRelease() {
        return false;
    }

    @Override
    public boolean isUnwrappableAs(Class<?> type) {
        return type.isInstance(this);
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return type.cast(this);
    }

    private static void carry(Connection connection, String tenant) throws SQLException {
        try (var set = connection.prepareStatement("select set_config('app.tenant', ?, false)")) {
            set.setString(1, tenant);
            set.execute();
        }
    }

    private DataSource app() throws SQLException {
        if (app == null) {
            app = lookUp("jdbc/app");
        }
        return app;
    }

    private DataSource platform() throws SQLException {
        if (platform == null) {
            platform = lookUp("jdbc/platform");
        }
        return platform;
    }

    // The two names are constants of this class: nobody else's text is looked up.
    @SuppressWarnings("BanJNDI")
    private static DataSource lookUp(String name) throws SQLException {
        try {
            return InitialContext.doLookup(name);
        } catch (NamingException e) {
            throw new SQLException("The server has no data source " + name, e);
        }
    }
}
