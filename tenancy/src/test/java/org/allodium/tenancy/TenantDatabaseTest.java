package org.allodium.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TenantDatabaseTest {
    private static final TenantId ONE = new TenantId(new UUID(0, 1));
    private static final TenantId OTHER = new TenantId(new UUID(0, 2));

    private final TestDatabase database = TestDatabase.fresh();
    private final TenantDatabase tenants = new TenantDatabase(database.app());

    @BeforeEach
    void aProjectEach() {
        Database.over(database.platform())
                .useHandle(
                        handle -> {
                            for (var tenant : List.of(ONE, OTHER)) {
                                handle.createUpdate(
                                                "insert into tenancy.organisation values (:id, :slug,"
                                                        + " 'Name', 'RESEARCH', 'XA', 'x', 1, 1, 1,"
                                                        + " now())")
                                        .bind("id", tenant)
                                        .bind("slug", "s" + tenant)
                                        .execute();
                                addProject(handle, tenant, "first");
                            }
                        });
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void sharesNothingBetweenTenants() {
        assertThat(tenants.inTransaction(ONE, TenantDatabaseTest::owners)).containsExactly(ONE);
        assertThat(scope(OTHER).get(() -> tenants.inTransaction(TenantDatabaseTest::owners)))
                .containsExactly(OTHER);
    }

    @Test
    void keepsWhatWasWrittenAndTakesBackWhatFailed() {
        tenants.inTransaction(ONE, handle -> addProject(handle, ONE, "kept"));
        assertThatThrownBy(
                        () ->
                                tenants.inTransaction(
                                        ONE,
                                        handle -> {
                                            addProject(handle, ONE, "lost");
                                            return addProject(handle, OTHER, "strange");
                                        }))
                .isInstanceOf(JdbiException.class)
                .satisfies(
                        refused ->
                                assertThat(Database.cause(refused))
                                        .map(SQLException::getSQLState)
                                        .hasValue("42501"));
        assertThat(tenants.inTransaction(ONE, TenantDatabaseTest::owners))
                .containsExactly(ONE, ONE);
    }

    @Test
    void leavesNoTenantOnTheConnection() throws SQLException {
        try (var connection = database.app().getConnection()) {
            var pooled = new TenantDatabase(onlyEver(connection));
            assertThat(pooled.inTransaction(ONE, TenantDatabaseTest::owners)).isNotEmpty();
            assertThat(owners(Database.on(connection))).isEmpty();
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    @Test
    void worksForNobodyWithoutAScopeAndNotForThePlatform() {
        var asked = new AtomicInteger();
        var platform = TenantScope.platform("somebody", Set.of());
        assertThatThrownBy(() -> tenants.inTransaction(_ -> asked.incrementAndGet()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(
                        () ->
                                platform.run(
                                        () -> tenants.inTransaction(_ -> asked.incrementAndGet())))
                .isInstanceOf(IllegalStateException.class);
        assertThat(asked).hasValue(0);
    }

    /// As a pool gives it again and again.
    private static DataSource onlyEver(Connection connection) {
        var loader = TenantDatabaseTest.class.getClassLoader();
        var kept =
                Proxy.newProxyInstance(
                        loader,
                        new Class<?>[] {Connection.class},
                        (_, method, arguments) ->
                                method.getName().equals("close")
                                        ? null
                                        : method.invoke(connection, arguments));
        return (DataSource)
                Proxy.newProxyInstance(
                        loader, new Class<?>[] {DataSource.class}, (_, _, _) -> kept);
    }

    private static List<TenantId> owners(Handle handle) {
        return handle.createQuery("select tenant_id from tenancy.project")
                .mapTo(TenantId.class)
                .list();
    }

    private static int addProject(Handle handle, TenantId tenant, String name) {
        return handle.createUpdate(
                        "insert into tenancy.project (id, tenant_id, name, answer_cache, created_at)"
                                + " values (:id, :tenant, :name, false, now())")
                .bind("id", UUID.randomUUID())
                .bind("tenant", tenant)
                .bind("name", name)
                .execute();
    }

    private static TenantScope scope(TenantId tenant) {
        return TenantScope.of(tenant, "somebody", Set.of());
    }
}
