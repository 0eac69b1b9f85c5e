package org.allodium.evidence.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.KeyRecord;
import org.allodium.evidence.KeyRecord.Ending;
import org.allodium.evidence.KeyRecord.Kind;
import org.jspecify.annotations.Nullable;

/// The keys' two tables, over one open transaction.
public final class SigningKeyTable {
    /// Only whoever works on the keys takes this lock; the number means nothing.
    private static final long LOCK = 0x616c6f5f6b657973L;

    private final Connection connection;

    public SigningKeyTable(Connection connection) {
        this.connection = connection;
    }

    /// Until the transaction ends, nobody else reads the keys in order to change them.
    public void lock() throws SQLException {
        try (var statement = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
            statement.setLong(1, LOCK);
            statement.execute();
        }
    }

    /// Makes durable what was done so far, before the files follow.
    public void commit() throws SQLException {
        connection.commit();
    }

    /// Whether the database has come to know keys: an older one has only receipts.
    public boolean exists() throws SQLException {
        return known("evidence.signing_key");
    }

    private boolean known(String table) throws SQLException {
        try (var select = connection.prepareStatement("select to_regclass(?) is not null")) {
            select.setString(1, table);
            try (var rows = select.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    /// The key in use first, then the others, youngest first.
    public List<KeyRecord> all() throws SQLException {
        try (var select =
                        connection.prepareStatement(
                                "select k.kid, k.jwk, k.since, a.act, a.at, a.actor, a.reason"
                                        + " from evidence.signing_key k"
                                        + " left join evidence.signing_key_act a"
                                        + " on a.kid = k.kid and a.act <> 'REGISTERED'"
                                        + " order by a.at desc nulls first, k.since desc");
                var rows = select.executeQuery()) {
            var keys = new ArrayList<KeyRecord>();
            while (rows.next()) {
                keys.add(record(rows));
            }
            return keys;
        }
    }

    private static KeyRecord record(ResultSet rows) throws SQLException {
        String act = rows.getString(4);
        Optional<Ending> ending =
                act == null
                        ? Optional.empty()
                        : Optional.of(
                                new Ending(
                                        Kind.valueOf(act),
                                        rows.getTimestamp(5).toInstant(),
                                        rows.getString(6),
                                        rows.getString(7)));
        return new KeyRecord(
                rows.getString(1),
                Optional.ofNullable(rows.getString(2)),
                rows.getTimestamp(3).toInstant(),
                ending);
    }

    public void add(String kid, @Nullable String jwk, Instant since) throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        "insert into evidence.signing_key (kid, jwk, since) values (?, ?, ?)")) {
            insert.setString(1, kid);
            insert.setString(2, jwk);
            insert.setTimestamp(3, Timestamp.from(since));
            insert.executeUpdate();
        }
    }

    public void act(UUID id, Instant at, String kid, String act, String actor, String reason)
            throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        "insert into evidence.signing_key_act (id, at, kid, act, actor, reason)"
                                + " values (?, ?, ?, ?, ?, ?)")) {
            insert.setObject(1, id);
            insert.setTimestamp(2, Timestamp.from(at));
            insert.setString(3, kid);
            insert.setString(4, act);
            insert.setString(5, actor);
            insert.setString(6, reason);
            insert.executeUpdate();
        }
    }

    /// When the first receipt was written; empty where there is none.
    public Optional<Instant> firstReceipt() throws SQLException {
        if (!known("evidence.receipt")) {
            return Optional.empty();
        }
        try (var select = connection.prepareStatement("select min(at) from evidence.receipt");
                var rows = select.executeQuery()) {
            return rows.next()
                    ? Optional.ofNullable(rows.getTimestamp(1)).map(Timestamp::toInstant)
                    : Optional.empty();
        }
    }

    /// The text of the latest receipt, whose header names its key.
    public Optional<String> latestReceipt() throws SQLException {
        try (var select =
                        connection.prepareStatement(
                                "select jws from evidence.receipt order by position desc limit 1");
                var rows = select.executeQuery()) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }
}
