package org.allodium.serving;

import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
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
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.SqlStatement;

/// Requests that named an idempotency key: how each ended, for a day. All work is in the name of
/// the present scope's tenant. Which request has a key, and what became of its money, billing
/// knows.
public final class IdempotentRequests {
    public static final Duration KEPT_FOR = Duration.ofHours(24);
    public static final int LARGEST_ANSWER = 1024 * 1024;
    static final long MOST_BYTES_OF_TENANT = 64L * 1024 * 1024;

    private static final String FIND =
            """
            select ending, answer from serving.idempotent_request
             where tenant_id = :tenant and key_hash = :key and request_id = :request""";
    private static final String KEEP =
            """
            insert into serving.idempotent_request
                   (tenant_id, key_hash, request_id, ended_at, ending, answer)
            select :tenant, :key, :request, :at, :ending, :answer
             where (select coalesce(sum(length(answer)), 0) from serving.idempotent_request
                     where tenant_id = :tenant) <= :room
            on conflict (tenant_id, key_hash) do update
               set request_id = excluded.request_id, ended_at = excluded.ended_at,
                   ending = excluded.ending, answer = excluded.answer""";
    private static final String END =
            """
            insert into serving.idempotent_request as i
                   (tenant_id, key_hash, request_id, ended_at, ending)
            values (:tenant, :key, :request, :at, :ending)
            on conflict (tenant_id, key_hash) do update
               set request_id = excluded.request_id, ended_at = excluded.ended_at,
                   ending = excluded.ending, answer = null
             where i.request_id <> excluded.request_id""";
    private static final String SWEEP =
            "delete from serving.idempotent_request where ended_at <= :until";

    private final TenantDatabase tenants;
    private final Database platform;
    private final AnswerSeal seal;
    private final Clock clock;

    /// Requests of this process that run now: an end of none of these is missing.
    private final Set<String> running = ConcurrentHashMap.newKeySet();

    public IdempotentRequests(DataSource app, DataSource platform, AnswerSeal seal, Clock clock) {
        this.tenants = new TenantDatabase(app);
        this.platform = Database.over(platform);
        this.seal = seal;
        this.clock = clock;
    }

    /// A key as one request used it: SHA-256 of the key, and of all that shapes the answer.
    public record Key(byte[] keyHash, byte[] bodyHash) {
        public String keyHex() {
            return HexFormat.of().formatHex(keyHash);
        }

        public String bodyHex() {
            return HexFormat.of().formatHex(bodyHash);
        }
    }

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

    /// How a request ended.
    /// @param answer where it is kept and can be read
    public record Ended(Ending why, Optional<byte[]> answer) {}

    /// It runs here from now on, until [#keep], [#end] or [#leave].
    public void begin(String requestId) {
        running.add(requestId);
    }

    public boolean isRunning(String requestId) {
        return running.contains(requestId);
    }

    /// Empty while the request runs, and where nobody noted its end.
    public Optional<Ended> find(Key key, String requestId) {
        return held(
                handle ->
                        of(key, handle.createQuery(FIND))
                                .bind("request", requestId)
                                .map(row -> ended(key, requestId, row))
                                .findOne());
    }

    private Ended ended(Key key, String requestId, RowView row) {
        var why = row.getColumn("ending", Ending.class);
        var sealed = row.getColumn("answer", byte[].class);
        var answer =
                Optional.ofNullable(sealed)
                        .flatMap(bytes -> seal.open(bytes, place(key, requestId)));
        return new Ended(why == Ending.KEPT && answer.isEmpty() ? Ending.CUT : why, answer);
    }

    /// Keeps the answer for repeats, unless the organisation keeps too much already.
    public void keep(Key key, String requestId, byte[] answer) {
        var sealed = seal.seal(answer, place(key, requestId));
        int kept =
                held(
                        handle ->
                                of(key, handle.createUpdate(KEEP))
                                        .bind("request", requestId)
                                        .bind("at", clock.instant())
                                        .bind("ending", Ending.KEPT)
                                        .bind("answer", sealed)
                                        .bind("room", MOST_BYTES_OF_TENANT - sealed.length)
                                        .execute());
        if (kept == 0) {
            end(key, requestId, Ending.FULL);
        }
        running.remove(requestId);
    }

    /// It was settled, and its answer is not kept. An earlier word counts.
    public void end(Key key, String requestId, Ending why) {
        held(
                handle ->
                        of(key, handle.createUpdate(END))
                                .bind("request", requestId)
                                .bind("at", clock.instant())
                                .bind("ending", why)
                                .execute());
        running.remove(requestId);
    }

    /// It does not run here any more, and there is nothing to say of its end.
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
        return tenant() + "/" + key.keyHex() + "/" + requestId;
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
