package org.allodium.serving;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.answers.AnswerSeal;
import org.allodium.tenancy.TenantScope;
import org.jspecify.annotations.Nullable;

/// Requests that named an idempotency key: what became of each, for a day. All work is in the name
/// of the present scope's tenant. The row is durable before its request runs, so that a repeat
/// finds it after any crash; what then became of the money, billing knows.
public final class IdempotentRequests {
    public static final Duration KEPT_FOR = Duration.ofHours(24);
    public static final int LARGEST_ANSWER = 1024 * 1024;
    static final long MOST_BYTES_OF_TENANT = 64L * 1024 * 1024;

    private final DataSource app;
    private final DataSource platform;
    private final AnswerSeal seal;
    private final Clock clock;

    /// Requests of this process that run now: an open row of none of these was left by a crash.
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    public IdempotentRequests(DataSource app, DataSource platform, AnswerSeal seal, Clock clock) {
        this.app = app;
        this.platform = platform;
        this.seal = seal;
        this.clock = clock;
    }

    /// A key as one request used it. Both are SHA-256: of the key, and of all that shapes the
    /// answer.
    public record Key(byte[] keyHash, byte[] bodyHash) {}

    /// Why a repeat gets the first answer, or does not.
    public enum Ending {
        KEPT,
        TOO_LARGE,
        NOT_PERMITTED,
        /// The organisation keeps too much already.
        FULL,
        /// The answer did not leave whole, or the server stopped meanwhile.
        CUT
    }

    /// What a request with a key is.
    public sealed interface Claim {
        /// It runs, and [#end] or [#forget] follows.
        record First() implements Claim {}

        record Runs() implements Claim {}

        record OtherBody() implements Claim {}

        /// Of an earlier process, which may have stopped before or after money was held.
        record Orphan(String requestId) implements Claim {}

        record Answered(String requestId, byte[] answer) implements Claim {}

        record Gone(String requestId, Ending why) implements Claim {}
    }

    /// `requestId` is the id that the request will have if it is the first.
    public Claim claim(Key key, String requestId) {
        // Before the row is there: nobody may take it for one that a crash left.
        running.add(requestId);
        boolean first = false;
        try {
            var claim = held(connection -> claim(connection, key, requestId));
            first = claim instanceof Claim.First;
            return claim;
        } finally {
            if (!first) {
                running.remove(requestId);
            }
        }
    }

    private Claim claim(Connection connection, Key key, String requestId) throws SQLException {
        var now = clock.instant();
        execute(
                connection,
                "delete from serving.idempotent_request"
                        + " where tenant_id = ? and key_hash = ? and begun_at <= ?",
                tenant(),
                key.keyHash(),
                sql(now.minus(KEPT_FOR)));
        int inserted =
                execute(
                        connection,
                        "insert into serving.idempotent_request (tenant_id, key_hash, body_hash,"
                                + " request_id, begun_at) values (?, ?, ?, ?, ?)"
                                + " on conflict do nothing",
                        tenant(),
                        key.keyHash(),
                        key.bodyHash(),
                        requestId,
                        sql(now));
        return inserted == 1 ? new Claim.First() : found(connection, key);
    }

    private Claim found(Connection connection, Key key) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "select body_hash, request_id, ending, answer"
                                + " from serving.idempotent_request"
                                + " where tenant_id = ? and key_hash = ?")) {
            select.setObject(1, tenant());
            select.setBytes(2, key.keyHash());
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    // Given up by its first request just now.
                    return new Claim.Runs();
                }
                if (!Arrays.equals(row.getBytes(1), key.bodyHash())) {
                    return new Claim.OtherBody();
                }
                return found(key, row.getString(2), row.getString(3), row.getBytes(4));
            }
        }
    }

    private Claim found(
            Key key, String requestId, @Nullable String ending, byte @Nullable [] sealed) {
        if (ending == null) {
            return running.contains(requestId) ? new Claim.Runs() : new Claim.Orphan(requestId);
        }
        if (sealed == null) {
            return new Claim.Gone(requestId, Ending.valueOf(ending));
        }
        return seal.open(sealed, place(key, requestId))
                .<Claim>map(answer -> new Claim.Answered(requestId, answer))
                .orElseGet(() -> new Claim.Gone(requestId, Ending.CUT));
    }

    /// Gives an orphan that never held money to a new request; false when another was faster.
    public boolean adopt(Key key, String orphan, String requestId) {
        running.add(requestId);
        boolean adopted = false;
        try {
            adopted =
                    held(
                            connection ->
                                    execute(
                                                    connection,
                                                    "update serving.idempotent_request set"
                                                            + " request_id = ?, begun_at = ?"
                                                            + " where tenant_id = ? and key_hash ="
                                                            + " ? and request_id = ? and ending is"
                                                            + " null",
                                                    requestId,
                                                    sql(clock.instant()),
                                                    tenant(),
                                                    key.keyHash(),
                                                    orphan)
                                            == 1);
            return adopted;
        } finally {
            if (!adopted) {
                running.remove(requestId);
            }
        }
    }

    /// Keeps the answer for repeats, unless the organisation keeps too much already.
    public void keep(Key key, String requestId, byte[] answer) {
        var sealed = seal.seal(answer, place(key, requestId));
        int kept =
                held(
                        connection ->
                                execute(
                                        connection,
                                        "update serving.idempotent_request set ending = 'KEPT',"
                                                + " answer = ? where tenant_id = ? and key_hash ="
                                                + " ? and request_id = ? and (select"
                                                + " coalesce(sum(length(answer)), 0) from"
                                                + " serving.idempotent_request where tenant_id ="
                                                + " ?) <= ?",
                                        sealed,
                                        tenant(),
                                        key.keyHash(),
                                        requestId,
                                        tenant(),
                                        MOST_BYTES_OF_TENANT - sealed.length));
        if (kept == 0) {
            end(key, requestId, Ending.FULL);
        }
        running.remove(requestId);
    }

    /// It was settled, and its answer is not kept.
    public void end(Key key, String requestId, Ending why) {
        held(
                connection ->
                        execute(
                                connection,
                                "update serving.idempotent_request set ending = ? where tenant_id"
                                        + " = ? and key_hash = ? and request_id = ? and ending is"
                                        + " null",
                                why.name(),
                                tenant(),
                                key.keyHash(),
                                requestId));
        running.remove(requestId);
    }

    /// It cost nothing and left nothing: a repeat runs as if it were the first.
    public void forget(Key key, String requestId) {
        running.remove(requestId);
        held(
                connection ->
                        execute(
                                connection,
                                "delete from serving.idempotent_request where tenant_id = ? and"
                                        + " key_hash = ? and request_id = ?",
                                tenant(),
                                key.keyHash(),
                                requestId));
    }

    /// Nothing is known any more of this process running it; what became of it, billing knows.
    public void leave(String requestId) {
        running.remove(requestId);
    }

    /// Removes what is older than a day, whoever's it is.
    public void sweep() {
        try (var connection = platform.getConnection()) {
            execute(
                    connection,
                    "delete from serving.idempotent_request where begun_at <= ?",
                    sql(clock.instant().minus(KEPT_FOR)));
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private String place(Key key, String requestId) {
        return tenant() + "/" + HexFormat.of().formatHex(key.keyHash()) + "/" + requestId;
    }

    private static Object tenant() {
        return TenantScope.current().requireTenant().value();
    }

    private static OffsetDateTime sql(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    private static int execute(Connection connection, String sql, Object... values)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    private interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T held(Work<T> work) {
        try (var connection = app.getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(false);
            boolean done = false;
            try {
                TenantScope.current().bind(connection);
                T result = work.with(connection);
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
            throw unreachable(e);
        }
    }

    private static Refused unreachable(SQLException cause) {
        return Refused.of(ErrorCode.OVERLOADED, "serving.repeats-away").because(cause);
    }
}
