package org.allodium.serving;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.answers.AnswerSeal;
import org.allodium.tenancy.TenantDatabase;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/// Requests that named an idempotency key: what became of each, for a day. All work is in the name
/// of the present scope's tenant. The row is durable before its request runs, so that a repeat
/// finds it after any crash; what then became of the money, billing knows.
public final class IdempotentRequests {
    public static final Duration KEPT_FOR = Duration.ofHours(24);
    public static final int LARGEST_ANSWER = 1024 * 1024;
    static final long MOST_BYTES_OF_TENANT = 64L * 1024 * 1024;

    private static final String FORGET_OLD =
            """
            delete from serving.idempotent_request
             where tenant_id = :tenant and key_hash = :key and begun_at <= :until""";
    private static final String BEGIN =
            """
            insert into serving.idempotent_request
                   (tenant_id, key_hash, body_hash, request_id, begun_at)
            values (:tenant, :key, :body, :request, :at)
            on conflict do nothing""";
    private static final String FIND =
            """
            select body_hash, request_id, ending, answer from serving.idempotent_request
             where tenant_id = :tenant and key_hash = :key""";
    private static final String ADOPT =
            """
            update serving.idempotent_request set request_id = :request, begun_at = :at
             where tenant_id = :tenant and key_hash = :key and request_id = :orphan
               and ending is null""";
    private static final String KEEP =
            """
            update serving.idempotent_request set ending = :ending, answer = :answer
             where tenant_id = :tenant and key_hash = :key and request_id = :request
               and (select coalesce(sum(length(answer)), 0) from serving.idempotent_request
                     where tenant_id = :tenant) <= :room""";
    private static final String END =
            """
            update serving.idempotent_request set ending = :ending
             where tenant_id = :tenant and key_hash = :key and request_id = :request
               and ending is null""";
    private static final String FORGET =
            """
            delete from serving.idempotent_request
             where tenant_id = :tenant and key_hash = :key and request_id = :request""";
    private static final String SWEEP =
            "delete from serving.idempotent_request where begun_at <= :until";

    private final TenantDatabase tenants;
    private final Database platform;
    private final AnswerSeal seal;
    private final Clock clock;

    /// Requests of this process that run now: an open row of none of these was left by a crash.
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    public IdempotentRequests(DataSource app, DataSource platform, AnswerSeal seal, Clock clock) {
        this.tenants = new TenantDatabase(app);
        this.platform = Database.over(platform);
        this.seal = seal;
        this.clock = clock;
    }

    /// A key as one request used it: SHA-256 of the key, and of all that shapes the answer.
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
            var claim = held(handle -> claim(handle, key, requestId));
            first = claim instanceof Claim.First;
            return claim;
        } finally {
            if (!first) {
                running.remove(requestId);
            }
        }
    }

    private Claim claim(Handle handle, Key key, String requestId) {
        var now = clock.instant();
        of(key, handle.createUpdate(FORGET_OLD)).bind("until", now.minus(KEPT_FOR)).execute();
        int inserted =
                of(key, handle.createUpdate(BEGIN))
                        .bind("body", key.bodyHash())
                        .bind("request", requestId)
                        .bind("at", now)
                        .execute();
        return inserted == 1 ? new Claim.First() : found(handle, key);
    }

    private Claim found(Handle handle, Key key) {
        return of(key, handle.createQuery(FIND))
                .map(row -> found(key, row))
                .findOne()
                // Given up by its first request just now.
                .orElseGet(Claim.Runs::new);
    }

    private Claim found(Key key, RowView row) {
        if (!Arrays.equals(row.getColumn("body_hash", byte[].class), key.bodyHash())) {
            return new Claim.OtherBody();
        }
        return found(
                key,
                row.getColumn("request_id", String.class),
                row.getColumn("ending", Ending.class),
                row.getColumn("answer", byte[].class));
    }

    private Claim found(
            Key key, String requestId, @Nullable Ending ending, byte @Nullable [] sealed) {
        if (ending == null) {
            return running.contains(requestId) ? new Claim.Runs() : new Claim.Orphan(requestId);
        }
        if (sealed == null) {
            return new Claim.Gone(requestId, ending);
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
                                    handle ->
                                            of(key, handle.createUpdate(ADOPT))
                                                    .bind("orphan", orphan)
                                                    .bind("request", requestId)
                                                    .bind("at", clock.instant())
                                                    .execute())
                            == 1;
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
                        handle ->
                                of(key, handle.createUpdate(KEEP))
                                        .bind("request", requestId)
                                        .bind("ending", Ending.KEPT)
                                        .bind("answer", sealed)
                                        .bind("room", MOST_BYTES_OF_TENANT - sealed.length)
                                        .execute());
        if (kept == 0) {
            end(key, requestId, Ending.FULL);
        }
        running.remove(requestId);
    }

    /// It was settled, and its answer is not kept.
    public void end(Key key, String requestId, Ending why) {
        held(
                handle ->
                        of(key, handle.createUpdate(END))
                                .bind("request", requestId)
                                .bind("ending", why)
                                .execute());
        running.remove(requestId);
    }

    /// It cost nothing and left nothing: a repeat runs as if it were the first.
    public void forget(Key key, String requestId) {
        running.remove(requestId);
        held(handle -> of(key, handle.createUpdate(FORGET)).bind("request", requestId).execute());
    }

    /// Nothing is known any more of this process running it; what became of it, billing knows.
    public void leave(String requestId) {
        running.remove(requestId);
    }

    /// Removes what is older than a day, whoever's it is.
    public void sweep() {
        try {
            platform.useHandle(
                    handle ->
                            handle.createUpdate(SWEEP)
                                    .bind("until", clock.instant().minus(KEPT_FOR))
                                    .execute());
        } catch (JdbiException e) {
            throw unreachable(e);
        }
    }

    private String place(Key key, String requestId) {
        return tenant() + "/" + HexFormat.of().formatHex(key.keyHash()) + "/" + requestId;
    }

    private static TenantId tenant() {
        return TenantScope.current().requireTenant();
    }

    private static <S extends SqlStatement<S>> S of(Key key, S statement) {
        return statement.bind("tenant", tenant()).bind("key", key.keyHash());
    }

    private <T> T held(HandleCallback<T, RuntimeException> work) {
        try {
            return tenants.inTransaction(tenant(), work);
        } catch (JdbiException e) {
            throw unreachable(e);
        }
    }

    private static Refused unreachable(JdbiException cause) {
        return Refused.of(ErrorCode.OVERLOADED, "serving.repeats-away").because(cause);
    }
}
