package org.allodium.sovereignty.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.Fact;
import org.allodium.sovereignty.FactSnapshot;
import org.allodium.sovereignty.Facts;
import org.allodium.sovereignty.PolicyOffer;
import org.allodium.sovereignty.PolicyStack.Scope;
import org.allodium.sovereignty.SpillConsent;
import org.allodium.tenancy.TenantId;

/// Facts and policies in PostgreSQL. Every change takes the next epoch under a lock, in the same
/// transaction, so that epochs are seen in their order and never before their change.
public final class Records {
    private static final Map<String, Class<? extends Fact>> KINDS = kinds();

    private final DataSource platform;

    public Records(DataSource platform) {
        this.platform = platform;
    }

    /// What a change writes; it is given its epoch.
    public interface Writing {
        void write(Connection connection, long epoch) throws SQLException;
    }

    /// What must hold of the records at the moment of a change; throws where it does not.
    public interface Condition {
        void demand(Connection connection) throws SQLException;
    }

    public long epoch() {
        try (var connection = platform.getConnection()) {
            return epoch(connection);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    public void change(String actor, String what, Instant at, Writing writing) {
        inTransaction(
                connection -> {
                    try (var lock = connection.createStatement()) {
                        lock.execute(
                                "select pg_advisory_xact_lock("
                                        + "hashtext('sovereignty.change'))");
                    }
                    long epoch = epoch(connection) + 1;
                    update(
                            connection,
                            "insert into sovereignty.change values (?, ?, ?, ?)",
                            epoch,
                            Timestamp.from(at),
                            actor,
                            what);
                    writing.write(connection, epoch);
                    return epoch;
                });
    }

    public static void fact(Connection connection, long epoch, Fact fact, Instant at)
            throws SQLException {
        update(
                connection,
                "insert into sovereignty.fact values (?, ?, ?, ?, ?::jsonb)",
                epoch,
                fact.getClass().getSimpleName(),
                fact.key(),
                Timestamp.from(at),
                Canonical.json(fact));
    }

    /// The statement no longer holds, and nothing takes its place: unknown from here on.
    public static void withdrawal(
            Connection connection, long epoch, Class<? extends Fact> kind, String key, Instant at)
            throws SQLException {
        update(
                connection,
                "insert into sovereignty.fact values (?, ?, ?, ?, null)",
                epoch,
                kind.getSimpleName(),
                key,
                Timestamp.from(at));
    }

    public static void offer(Connection connection, long epoch, PolicyOffer offer, Instant at)
            throws SQLException {
        update(
                connection,
                "insert into sovereignty.offer values (?, ?, ?::jsonb)",
                epoch,
                Timestamp.from(at),
                Canonical.json(offer));
    }

    public static void use(
            Connection connection,
            long epoch,
            Present.Owner owner,
            TenantId tenant,
            Present.Use use)
            throws SQLException {
        update(
                connection,
                "insert into sovereignty.policy_use values (?, ?, ?, ?, ?, ?::jsonb, ?)",
                epoch,
                owner.scope().name(),
                tenant.value(),
                owner.id(),
                use.policy(),
                Canonical.json(use.consents()),
                Timestamp.from(use.from()));
    }

    /// Refuses with the name of who chose last, when the owner's policy is not what somebody saw.
    public static void demandAsSeen(
            Connection connection, Present.Owner owner, Optional<String> seen) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "select u.policy, p.name from sovereignty.policy_use u"
                                + " join sovereignty.change c using (epoch)"
                                + " left join tenancy.person p on p.subject = c.actor"
                                + " where u.scope = ? and u.owner = ?"
                                + " order by epoch desc limit 1")) {
            select.setString(1, owner.scope().name());
            select.setObject(2, owner.id());
            try (var row = select.executeQuery()) {
                boolean chosen = row.next();
                var now = chosen ? Optional.of(row.getString(1)) : Optional.<String>empty();
                if (!now.equals(seen)) {
                    var name = chosen ? row.getString(2) : null;
                    throw name == null
                            ? Refused.of(ErrorCode.EDITED_MEANWHILE, "tenancy.changed-meanwhile")
                            : Refused.of(ErrorCode.EDITED_MEANWHILE, "tenancy.changed-by", name);
                }
            }
        }
    }

    /// Of every fact about which anything was ever said, also that it no longer holds.
    public Set<String> keys() {
        return inTransaction(
                connection -> {
                    var found = new HashSet<String>();
                    try (var select =
                                    connection.prepareStatement(
                                            "select distinct kind, key from sovereignty.fact");
                            var row = select.executeQuery()) {
                        while (row.next()) {
                            found.add(row.getString(1) + " " + row.getString(2));
                        }
                    }
                    return found;
                });
    }

    /// On what the latest attestation of this name rests, also one that was withdrawn since.
    Optional<String> evidence(String attestation) {
        return inTransaction(
                connection -> {
                    try (var select =
                            connection.prepareStatement(
                                    "select body ->> 'evidenceHash' from sovereignty.fact"
                                            + " where kind = 'Attestation' and key = ?"
                                            + " and body is not null"
                                            + " order by epoch desc limit 1")) {
                        select.setString(1, attestation);
                        try (var row = select.executeQuery()) {
                            return row.next()
                                    ? Optional.of(row.getString(1))
                                    : Optional.<String>empty();
                        }
                    }
                });
    }

    public static String key(Fact fact) {
        return fact.getClass().getSimpleName() + " " + fact.key();
    }

    /// Everything of one epoch, read as one picture.
    public Present load() {
        return inTransaction(
                connection -> {
                    try (var picture = connection.createStatement()) {
                        picture.execute("set transaction isolation level repeatable read");
                    }
                    long epoch = epoch(connection);
                    return new Present(
                            epoch,
                            FactSnapshot.of(epoch, Facts.of(facts(connection))),
                            offer(connection),
                            uses(connection));
                });
    }

    private static List<Fact> facts(Connection connection) throws SQLException {
        var found = new ArrayList<Fact>();
        try (var select =
                        connection.prepareStatement(
                                "select distinct on (kind, key) kind, body from sovereignty.fact"
                                        + " order by kind, key, epoch desc");
                var row = select.executeQuery()) {
            while (row.next()) {
                var kind = KINDS.get(row.getString(1));
                if (kind == null) {
                    throw new IllegalStateException("An unknown kind of fact: " + row.getString(1));
                }
                if (row.getString(2) != null) {
                    found.add(Canonical.read(row.getString(2), kind));
                }
            }
        }
        return found;
    }

    private static Optional<PolicyOffer> offer(Connection connection) throws SQLException {
        try (var select =
                        connection.prepareStatement(
                                "select body from sovereignty.offer order by epoch desc limit 1");
                var row = select.executeQuery()) {
            return row.next()
                    ? Optional.of(Canonical.read(row.getString(1), PolicyOffer.class))
                    : Optional.empty();
        }
    }

    private static Map<Present.Owner, Present.Use> uses(Connection connection) throws SQLException {
        var found = new HashMap<Present.Owner, Present.Use>();
        try (var select =
                        connection.prepareStatement(
                                "select distinct on (scope, owner) scope, owner, policy, consents,"
                                        + " epoch, valid_from from sovereignty.policy_use"
                                        + " order by scope, owner, epoch desc");
                var row = select.executeQuery()) {
            while (row.next()) {
                found.put(
                        new Present.Owner(
                                Scope.valueOf(row.getString(1)), row.getObject(2, UUID.class)),
                        new Present.Use(
                                row.getString(3),
                                Arrays.asList(
                                        Canonical.read(row.getString(4), SpillConsent[].class)),
                                row.getLong(5),
                                row.getTimestamp(6).toInstant()));
            }
        }
        return found;
    }

    private static long epoch(Connection connection) throws SQLException {
        try (var select =
                        connection.prepareStatement(
                                "select coalesce(max(epoch), 0) from sovereignty.change");
                var row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(Work<T> work) {
        try (var connection = platform.getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(false);
            boolean done = false;
            try {
                T result = work.in(connection);
                connection.commit();
                done = true;
                return result;
            } finally {
                if (!done) {
                    connection.rollback();
                }
                connection.setAutoCommit(before);
            }
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private static void update(Connection connection, String sql, Object... values)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private static Refused unreadable(SQLException e) {
        return Refused.of(ErrorCode.SERVER_ERROR, "sovereignty.records-unreachable").because(e);
    }

    private static Map<String, Class<? extends Fact>> kinds() {
        var kinds = new HashMap<String, Class<? extends Fact>>();
        for (var kind : Fact.class.getPermittedSubclasses()) {
            kinds.put(kind.getSimpleName(), kind.asSubclass(Fact.class));
        }
        return Map.copyOf(kinds);
    }
}
