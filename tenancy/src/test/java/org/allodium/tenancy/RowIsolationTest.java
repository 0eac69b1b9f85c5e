package org.allodium.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The second wall alone, without Hibernate: what PostgreSQL shows to role `allodium_app`.
class RowIsolationTest {
    private static final TenantId ONE = new TenantId(UUID.randomUUID());
    private static final TenantId OTHER = new TenantId(UUID.randomUUID());
    private static TestDatabase database;

    @BeforeAll
    static void twoTenantsWithAProjectEach() throws SQLException {
        database = TestDatabase.fresh();
        try (var connection = database.platform().getConnection()) {
            for (var tenant : new TenantId[] {ONE, OTHER}) {
                execute(
                        connection,
                        "insert into tenancy.organisation values ('%s', 's%s', 'Name', 'RESEARCH',"
                                + " 'XA', 'x', 1, 1, 1, now())",
                        tenant,
                        tenant);
                execute(connection, project(tenant));
            }
        }
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void showsATenantItsOwnRowsOnly() throws SQLException {
        try (var connection = asTenant(ONE)) {
            assertThat(count(connection, "tenancy.project")).isEqualTo(1);
            assertThat(count(connection, "tenancy.organisation")).isEqualTo(1);
        }
    }

    @Test
    void showsNothingWithoutATenant() throws SQLException {
        try (var connection = database.app().getConnection()) {
            assertThat(count(connection, "tenancy.project")).isZero();
        }
    }

    @Test
    void forgetsTheTenantWithTheTransaction() throws SQLException {
        try (var connection = asTenant(ONE)) {
            connection.commit();
            assertThat(count(connection, "tenancy.project")).isZero();
        }
    }

    @Test
    void refusesARowOfAnotherTenant() throws SQLException {
        try (var connection = asTenant(ONE)) {
            assertThatThrownBy(() -> execute(connection, project(OTHER)))
                    .isInstanceOf(SQLException.class)
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("42501");
        }
    }

    @Test
    void changesNoRowOfAnotherTenant() throws SQLException {
        try (var connection = asTenant(ONE);
                var statement = connection.createStatement()) {
            assertThat(
                            statement.executeUpdate(
                                    "update tenancy.project set answer_cache = true where"
                                            + " tenant_id = '"
                                            + OTHER
                                            + "'"))
                    .isZero();
        }
    }

    @Test
    void leavesTheAuditTrailAsItIs() throws SQLException {
        for (var source : new javax.sql.DataSource[] {database.app(), database.platform()}) {
            try (var connection = source.getConnection()) {
                assertDenied(connection, "update tenancy.audit_entry set actor = 'x'");
                assertDenied(connection, "delete from tenancy.audit_entry");
                assertDenied(connection, "truncate tenancy.audit_entry");
            }
        }
    }

    @Test
    void noWorkingRoleEscapesIsolation() throws SQLException {
        try (var connection = database.owner().getConnection();
                var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                "select count(*) from pg_roles where rolname like 'allodium_%'"
                                        + " and (rolsuper or rolbypassrls)")) {
            found.next();
            assertThat(found.getInt(1)).isZero();
        }
    }

    private static void assertDenied(Connection connection, String sql) {
        assertThatThrownBy(() -> execute(connection, sql))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied");
    }

    private static Connection asTenant(TenantId tenant) throws SQLException {
        var connection = database.app().getConnection();
        connection.setAutoCommit(false);
        try (var hold = connection.prepareStatement("select set_config('app.tenant', ?, true)")) {
            hold.setString(1, tenant.toString());
            hold.execute();
        }
        return connection;
    }

    private static String project(TenantId tenant) {
        return "insert into tenancy.project values ('%s', '%s', '%s', false, now())"
                .formatted(UUID.randomUUID(), tenant, UUID.randomUUID());
    }

    private static int count(Connection connection, String table) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from " + table)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(Connection connection, String sql, Object... values)
            throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql.formatted(values));
        }
    }
}
