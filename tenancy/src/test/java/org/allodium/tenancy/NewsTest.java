package org.allodium.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/// Two nodes over one database: changes are made on one, and the other hears of them.
@Timeout(30)
class NewsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AtomicBoolean cut = new AtomicBoolean();
    private TenancyFixture rooms;
    private Tenant tenant;
    private News other;
    private Roster there;

    @BeforeEach
    void twoNodes() {
        rooms = TenancyFixture.fresh();
        tenant = rooms.organisation("Lab");
        other = new News(unlessCut(rooms.database.platform()), Clock.systemUTC(), Runnable::run);
        there = new Roster(other);
        other.demandFresh();
    }

    @AfterEach
    void close() {
        other.stop();
        rooms.close();
    }

    @Test
    void aChangeBindsTheNextRequestHereAndWithinASecondThere() {
        for (int requests = 1; requests <= 100; requests++) {
            allow(requests);
            long changed = System.nanoTime();
            assertThat(allowed(rooms.roster)).isEqualTo(requests);
            int most = requests;
            await(() -> allowed(there) == most);
            assertThat(Duration.ofNanos(System.nanoTime() - changed)).isLessThan(SECOND);
        }
    }

    @Test
    void whatWasTakenBackIsNoNews() {
        allow(5);
        var broken =
                catchThrowableOfType(
                        IllegalStateException.class,
                        () ->
                                rooms.database.runInTransaction(
                                        administrator(),
                                        () -> {
                                            change(6);
                                            throw new IllegalStateException("taken back");
                                        }));
        assertThat(broken).hasMessage("taken back");
        assertThat(allowed(rooms.roster)).isEqualTo(5);
    }

    @Test
    void membersAndProjectsAreHeardOf() {
        var owner = TenancyFixture.person("Owner of Lab");
        var scope = TenantScope.of(tenant.id(), owner.subject(), Set.of(Role.OWNER));
        var ann = TenancyFixture.person("Ann");
        rooms.database.runInTransaction(
                scope, () -> rooms.tenants.addMember(tenant.id(), ann, Role.MEMBER));
        assertThat(rooms.roster.role(tenant.id(), ann.subject())).contains(Role.MEMBER);
        var project =
                rooms.database.inTransaction(
                        scope, _ -> rooms.projects.create(tenant.id(), "Tides"));
        assertThat(rooms.roster.project(tenant.id(), project.id())).contains(project);
        rooms.database.runInTransaction(
                scope, () -> rooms.projects.switchAnswerCache(project.id(), true));
        assertThat(rooms.roster.projects(tenant.id())).allMatch(Project::answerCache);
        rooms.database.runInTransaction(
                scope, () -> rooms.tenants.removeMember(tenant.id(), ann.subject()));
        assertThat(rooms.roster.role(tenant.id(), ann.subject())).isEmpty();
        assertThat(rooms.roster.withSlug(tenant.slug())).contains(tenant.id());
    }

    @Test
    void aDeafNodeRefusesAtOnceAndHasReadAllBeforeItAnswersAgain() {
        allow(7);
        deafen();
        await(() -> !other.isFresh());
        allow(8);
        long asked = System.nanoTime();
        var refusal = catchThrowableOfType(Refused.class, () -> there.limits(tenant.id()));
        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        // By which the API knows that it was the database.
        assertThat(refusal).hasCauseInstanceOf(SQLTransientConnectionException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SECOND);
        cut.set(false);
        await(other::isFresh);
        assertThat(allowed(there)).isEqualTo(8);
    }

    @Test
    void whatIsEmptiedAndWhatAReplicaWritesIsHeardOf() throws SQLException {
        var owner = TenancyFixture.person("Owner of Lab");
        var scope = TenantScope.of(tenant.id(), owner.subject(), Set.of(Role.OWNER));
        rooms.database.runInTransaction(scope, () -> rooms.projects.create(tenant.id(), "Tides"));
        assertThat(rooms.roster.projects(tenant.id())).isNotEmpty();
        execute(rooms.database.owner(), "truncate tenancy.project cascade");
        await(() -> there.projects(tenant.id()).isEmpty());
        execute(
                TestServer.dataSource(port(), rooms.database.name(), "postgres"),
                "set session_replication_role = replica",
                "update tenancy.organisation set requests_per_minute = 77");
        await(() -> allowed(there) == 77);
        execute(rooms.database.owner(), "truncate tenancy.organisation cascade");
        await(() -> there.withSlug(tenant.slug()).isEmpty());
    }

    private int port() {
        return ((PGSimpleDataSource) rooms.database.platform()).getPortNumbers()[0];
    }

    private static void execute(DataSource source, String... statements) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void allow(int requests) {
        rooms.database.runInTransaction(administrator(), () -> change(requests));
    }

    private void change(int requests) {
        var seen = rooms.tenants.require(tenant.id()).limits();
        rooms.tenants.changeLimits(
                tenant.id(), new Limits(requests, seen.tokensPerMinute(), 20), seen);
    }

    private int allowed(Roster roster) {
        return roster.limits(tenant.id()).requestsPerMinute();
    }

    private static TenantScope administrator() {
        return TenancyFixture.platform(Role.ADMINISTRATOR);
    }

    /// Ends all connections that listen; those of this test's own node come back.
    private void deafen() {
        cut.set(true);
        Database.over(rooms.database.platform())
                .useHandle(
                        handle ->
                                handle.execute(
                                        "select pg_terminate_backend(pid) from pg_stat_activity"
                                                + " where datname = current_database()"
                                                + " and pid <> pg_backend_pid()"
                                                + " and usename = current_user"));
    }

    private DataSource unlessCut(DataSource source) {
        return (DataSource)
                Proxy.newProxyInstance(
                        NewsTest.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (proxy, method, arguments) -> {
                            if (cut.get()) {
                                throw new SQLException("This node is cut off");
                            }
                            try {
                                return method.invoke(source, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.interrupted()).as("out of time").isFalse();
            Thread.onSpinWait();
        }
    }
}
