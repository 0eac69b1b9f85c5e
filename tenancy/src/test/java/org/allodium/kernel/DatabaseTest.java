package org.allodium.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.tenancy.TestDatabase;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.generic.GenericType;
import org.jdbi.v3.core.result.RowView;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    private static final UUID ID = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final Instant AT = Instant.parse("2026-03-29T00:59:59.123456Z");
    private static TestDatabase database;
    private static Connection connection;

    private final Database plain = Database.over(source(Set.of()));

    private record ThingId(UUID value) {}

    private record Name(String text) {
        Name {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("A name has letters");
            }
        }
    }

    @BeforeAll
    static void open() throws SQLException {
        database = TestDatabase.fresh();
        connection = database.owner().getConnection();
        Database.on(connection)
                .execute(
                        "create temporary table thing (id uuid primary key, name text, day text,"
                                + " at timestamptz, facts jsonb, amount numeric)");
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
        database.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        Database.on(connection).execute("delete from thing");
    }

    private record Thing(
            ThingId id, Name name, DayOfWeek day, Instant at, int a, BigDecimal amount) {
        static Thing of(RowView row) {
            return new Thing(
                    row.getColumn("id", ThingId.class),
                    row.getColumn("name", Name.class),
                    row.getColumn("day", DayOfWeek.class),
                    row.getColumn("at", Instant.class),
                    row.getColumn("a", Integer.class),
                    row.getColumn("amount", BigDecimal.class));
        }
    }

    @Test
    void bindsByNameAndReadsByName() {
        var ada = new Name("Ada's :name");
        var amount = new BigDecimal("1.50");
        var handle = Database.on(connection);
        handle.createUpdate(
                        "insert into thing (id, name, day, at, facts, amount)"
                                + " values (:id, :name, :day, :at, :facts::jsonb, :amount)")
                .bind("id", new ThingId(ID))
                .bind("name", ada)
                .bind("day", DayOfWeek.FRIDAY)
                .bind("at", AT)
                .bind("facts", "{\"a\": 1}")
                .bind("amount", amount)
                .execute();
        var found =
                handle.createQuery(
                                "select *, (facts ->> 'a')::int as a from thing -- ':comment'\n"
                                        + " where id = :id and name <> ':no' and at <= :at"
                                        + " and at > :at::timestamptz - interval '1 second'")
                        .bind("id", ID)
                        .bind("at", AT)
                        .map(Thing::of)
                        .one();
        assertThat(found)
                .isEqualTo(new Thing(new ThingId(ID), ada, DayOfWeek.FRIDAY, AT, 1, amount));
    }

    @Test
    void knowsWhatIsAbsent() {
        var handle = Database.on(connection);
        handle.createUpdate("insert into thing values (:id, :name, :day, :at)")
                .bind("id", ID)
                .bind("name", (String) null)
                .bindByType("day", null, DayOfWeek.class)
                .bindByType("at", null, Instant.class)
                .execute();
        var absent =
                handle.createQuery(
                                "select * from thing where amount is null and facts is null"
                                        + " and (:id::uuid is null or id = :id)"
                                        + " and (:at::timestamptz is null or at < :at)")
                        .bindByType("id", null, ThingId.class)
                        .bindByType("at", null, Instant.class)
                        .map(
                                row ->
                                        row.getColumn("name", Name.class) == null
                                                && row.getColumn("day", DayOfWeek.class) == null
                                                && row.getColumn("at", Instant.class) == null)
                        .list();
        assertThat(absent).containsExactly(true);
    }

    @Test
    void bindsColumnsForUnnest() {
        var hash = "x".getBytes(StandardCharsets.UTF_8);
        var amount = new BigDecimal("0.000001");
        record Row(String text, String hash, Instant at, BigDecimal amount, long n) {}
        var rows =
                Database.on(connection)
                        .createQuery(
                                "select * from unnest(:ids, :texts, :hashes, :times, :amounts, :ns)"
                                        + " as u (id, text, hash, at, amount, n)"
                                        + " where id = any(:wanted)")
                        .bind("ids", Database.array(UUID.class, List.of(ID)))
                        .bind("texts", Database.array(String.class, List.of("a,\"b\"")))
                        .bind("hashes", Database.array(byte[].class, List.of(hash)))
                        .bind("times", Database.array(Instant.class, List.of(AT)))
                        .bind("amounts", Database.array(BigDecimal.class, List.of(amount)))
                        .bind("ns", Database.array(Long.class, List.of(7L)))
                        .bind("wanted", Database.array(ThingId.class, List.of(new ThingId(ID))))
                        .map(
                                row ->
                                        new Row(
                                                row.getColumn("text", String.class),
                                                new String(
                                                        row.getColumn("hash", byte[].class),
                                                        StandardCharsets.UTF_8),
                                                row.getColumn("at", Instant.class),
                                                row.getColumn("amount", BigDecimal.class),
                                                row.getColumn("n", Long.class)))
                        .list();
        assertThat(rows).containsExactly(new Row("a,\"b\"", "x", AT, amount, 7));
    }

    @Test
    void readsArrays() {
        var days = new GenericType<Set<DayOfWeek>>() {};
        var read =
                Database.on(connection)
                        .createQuery(
                                "select array['FRIDAY', 'MONDAY'] as days union all select null")
                        .map(row -> Optional.ofNullable(row.getColumn("days", days)))
                        .list();
        assertThat(read)
                .containsExactly(
                        Optional.of(Set.of(DayOfWeek.FRIDAY, DayOfWeek.MONDAY)), Optional.empty());
    }

    @Test
    void leavesTheConnectionAsItCame() throws SQLException {
        plain.useTransaction(handle -> add(handle.getConnection(), "kept"));
        assertThat(connection.getAutoCommit()).isTrue();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(
                        () ->
                                plain.inTransaction(
                                        handle -> {
                                            add(handle.getConnection(), "taken back");
                                            throw new IllegalStateException();
                                        }));
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(names()).containsExactly("kept");
    }

    @Test
    void touchesNoTransactionOfTheContainers() throws SQLException {
        connection.setAutoCommit(false);
        try {
            var managed =
                    Database.over(
                            source(
                                    Set.of(
                                            "setAutoCommit",
                                            "commit",
                                            "rollback",
                                            "setTransactionIsolation")));
            managed.useHandle(handle -> add(handle.getConnection(), "within"));
            assertThatThrownBy(
                            () ->
                                    managed.useHandle(
                                            handle -> handle.execute("select nothing from never")))
                    .isInstanceOf(JdbiException.class);
            assertThatThrownBy(() -> managed.useTransaction(_ -> {}))
                    .hasMessage("The connection is in a transaction already");
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void leavesAHeldConnectionToItsHolder() throws SQLException {
        try (var held = database.owner().getConnection()) {
            held.setAutoCommit(false);
            try (var handle = Database.on(held)) {
                handle.execute("create table left_open (n int)");
            }
            assertThat(held.isClosed()).isFalse();
            assertThat(held.getAutoCommit()).isFalse();
            held.rollback();
            assertThat(
                            Database.on(held)
                                    .createQuery("select to_regclass('left_open') is null")
                                    .mapTo(boolean.class)
                                    .one())
                    .isTrue();
            held.rollback();
        }
    }

    @Test
    void hasTransactionsOnOneConnection() throws SQLException {
        var alone = Database.over(connection);
        alone.useTransaction(handle -> add(handle.getConnection(), "kept"));
        connection.setAutoCommit(false);
        try {
            assertThatThrownBy(() -> alone.useTransaction(_ -> {}))
                    .hasMessage("The connection is in a transaction already");
        } finally {
            connection.setAutoCommit(true);
        }
        assertThat(connection.isClosed()).isFalse();
        assertThat(names()).containsExactly("kept");
    }

    @Test
    void oneSourceWithinAnother() {
        var other = Database.over(database.owner());
        var same =
                plain.withHandle(
                        outer ->
                                other.withHandle(
                                        inner -> inner.getConnection() == outer.getConnection()));
        assertThat(same).isFalse();
    }

    @Test
    void saysWhatFailedWithoutTheValues() {
        assertThatThrownBy(
                        () ->
                                Database.on(connection)
                                        .createQuery("select 1 / 0 as n where :secret <> ''")
                                        .bind("secret", "aVerySecretKey")
                                        .mapTo(Integer.class)
                                        .one())
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("where :secret <> ''")
                .hasMessageNotContaining("aVerySecretKey")
                .satisfies(
                        failure ->
                                assertThat(Database.cause(failure).map(SQLException::getSQLState))
                                        .contains("22012"));
        assertThat(Database.cause(new IllegalStateException())).isEmpty();
    }

    private static void add(Connection on, String name) {
        Database.on(on)
                .createUpdate("insert into thing (id, name) values (:id, :name)")
                .bind("id", UUID.randomUUID())
                .bind("name", name)
                .execute();
    }

    private static List<String> names() {
        return Database.on(connection)
                .createQuery("select name from thing order by name")
                .mapTo(String.class)
                .list();
    }

    /// The test's one connection as a pool gives it, where some calls are forbidden.
    private static DataSource source(Set<String> forbidden) {
        var pooled =
                (Connection)
                        Proxy.newProxyInstance(
                                DatabaseTest.class.getClassLoader(),
                                new Class<?>[] {Connection.class},
                                (_, method, arguments) -> {
                                    if (forbidden.contains(method.getName())) {
                                        throw new SQLException(method.getName());
                                    }
                                    if (method.getName().equals("close")) {
                                        return null;
                                    }
                                    try {
                                        return method.invoke(connection, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        return (DataSource)
                Proxy.newProxyInstance(
                        DatabaseTest.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (_, _, _) -> pooled);
    }
}
