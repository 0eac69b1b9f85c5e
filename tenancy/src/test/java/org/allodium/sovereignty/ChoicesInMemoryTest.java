package org.allodium.sovereignty;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.TestDatabase;
import org.allodium.tenancy.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// What was chosen, as a node hears of it.
class ChoicesInMemoryTest {
    private static final TenantId ONE = new TenantId(UUID.randomUUID());
    private static final TenantScope OFFICE =
            TenantScope.platform("office", Set.of(Role.SECURITY_OFFICER));

    private TestDatabase database;
    private Residency residency;

    @BeforeEach
    void settle() {
        database = TestDatabase.fresh();
        residency = new Residency(database.platform(), Clock.systemUTC(), database.news());
        OFFICE.run(
                () -> {
                    residency.recordFacts(FictionalCountry.read().facts());
                    residency.offerPolicies(FictionalCountry.read().policies());
                });
    }

    @AfterEach
    void close() {
        database.close();
    }

    /// There may be as many as there are keys.
    @Test
    void aChangeIsHeardOfInASecondHoweverManyWereMadeBefore() throws SQLException {
        execute(
                database.platform(),
                "insert into sovereignty.change values (3, now(), 'owner', 'chose')",
                "insert into sovereignty.policy_use select 3, 'KEY', '%s', gen_random_uuid(),"
                                .formatted(ONE)
                        + " 'national', '[]', now() from generate_series(1, 200000)");
        awaitFresh();
        for (var policy : List.of("open-allied", "national", "national-strict")) {
            choose(policy);
            assertThat(database.news().isFresh()).isTrue();
            assertThat(chosen()).contains(policy);
        }
    }

    /// However long a busy machine takes to read them all.
    private void awaitFresh() {
        database.news().bindNext();
        for (int tries = 0; !database.news().isFresh() && tries < 600; tries++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        database.news().demandFresh();
    }

    /// Nobody may; were it done by hand, nobody is decided about by what stood there before.
    @Test
    void whatIsRewrittenByHandIsReadAgain() throws SQLException {
        choose("open-allied");
        int port = ((PGSimpleDataSource) database.owner()).getPortNumbers()[0];
        execute(
                TestServer.dataSource(port, database.name(), "postgres"),
                "update sovereignty.policy_use set policy = 'national-strict'");
        database.news().bindNext();
        assertThat(chosen()).contains("national-strict");
    }

    private void choose(String policy) {
        scope().run(() -> residency.chooseOrganisationPolicy(ONE, policy, chosen()));
    }

    private Optional<String> chosen() {
        return scope().get(() -> residency.organisationPolicy(ONE));
    }

    private static TenantScope scope() {
        return TenantScope.of(ONE, "owner", Set.of(Role.OWNER));
    }

    private static void execute(DataSource source, String... statements) throws SQLException {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
