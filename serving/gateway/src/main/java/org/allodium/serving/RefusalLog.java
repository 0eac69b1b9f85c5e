package org.allodium.serving;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.RefusedRequest.Cause;
import org.allodium.tenancy.TenantDatabase;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/// Notes refusals and writes them down some seconds later, those of one cause and minute in one
/// row. Noting never waits and never fails; what the database cannot take in time is lost in count
/// alone, as long as memory for distinct causes lasts. See decision 0112.
public final class RefusalLog {
    public static final Duration KEPT_FOR = Duration.ofDays(30);

    /// Distinct causes of one organisation in one minute; more are counted by code alone.
    static final int MOST_CAUSES = 50;

    private static final int MOST_IN_MEMORY = 20_000;
    private static final String ADD =
            """
            insert into serving.refusal (tenant_id, minute, status, code, rule, route, model,
                    key_id, key_name, explanation, sentence, id, request_id, count, last_at)
            values (:tenant, :minute, :status, :code, :rule, :route, :model,
                    :keyId, :keyName, :explanation, :sentence::jsonb, :id, :request, :count, :lastAt)
            on conflict (tenant_id, minute, code, rule, route, model, key_id) do update
            set count = refusal.count + excluded.count, last_at = excluded.last_at,
                explanation = excluded.explanation, sentence = excluded.sentence,
                request_id = excluded.request_id""";
    private static final String PAGE =
            """
            select * from serving.refusal where tenant_id = :tenant and :status in (0, status)
                and (:after::text is null or (minute, id) <
                    (select minute, id from serving.refusal where tenant_id = :tenant and id = :after))
            order by minute desc, id desc limit :limit""";
    private static final String SWEEP = "delete from serving.refusal where minute <= :until";

    private final TenantDatabase tenants;
    private final Database platform;
    private final Clock clock;
    private final Object lock = new Object();
    private Map<Group, Tally> tallies = new HashMap<>();
    private final Map<Minute, Integer> causes = new HashMap<>();

    public RefusalLog(DataSource app, DataSource platform, Clock clock) {
        this.tenants = new TenantDatabase(app);
        this.platform = Database.over(platform);
        this.clock = clock;
    }

    /// Who was refused; a person's access token has no key.
    public record Who(TenantId tenant, String keyId, String keyName) {}

    private record Minute(TenantId tenant, Instant minute) {}

    private record Group(Who who, Instant minute, Cause cause) {}

    private static final class Tally {
        private long count;
        private Instant lastAt = Instant.EPOCH;
        private String requestId = "";
        private Optional<Sentence> explanation = Optional.empty();
    }

    public void note(Who who, Cause cause, Optional<Sentence> explanation, String requestId) {
        var now = clock.instant();
        var minute = now.truncatedTo(ChronoUnit.MINUTES);
        synchronized (lock) {
            var tally = tally(who, minute, cause);
            if (tally != null) {
                tally.count++;
                tally.lastAt = now;
                tally.requestId = requestId;
                tally.explanation = explanation;
            }
        }
    }

    private @Nullable Tally tally(Who who, Instant minute, Cause cause) {
        var known = tallies.get(new Group(who, minute, cause));
        if (known != null) {
            return known;
        }
        int before = causes.merge(new Minute(who.tenant(), minute), 1, Integer::sum);
        var group =
                before <= MOST_CAUSES
                        ? new Group(who, minute, cause)
                        : new Group(new Who(who.tenant(), "", ""), minute, cause.coarse());
        return tallies.size() < MOST_IN_MEMORY
                ? tallies.computeIfAbsent(group, any -> new Tally())
                : tallies.get(group);
    }

    /// Writes what was noted by now. What cannot be written is kept for the next time.
    public void flush() {
        Map<Group, Tally> taken;
        synchronized (lock) {
            taken = tallies;
            tallies = new HashMap<>();
            var minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
            causes.keySet().removeIf(old -> old.minute().isBefore(minute));
        }
        if (taken.isEmpty()) {
            return;
        }
        try {
            write(taken);
        } catch (JdbiException e) {
            putBack(taken);
            throw unreachable(e);
        }
    }

    private void putBack(Map<Group, Tally> taken) {
        synchronized (lock) {
            taken.forEach(
                    (group, tally) -> {
                        var newer = tallies.get(group);
                        if (newer != null) {
                            newer.count += tally.count;
                        } else if (tallies.size() < MOST_IN_MEMORY) {
                            tallies.put(group, tally);
                        }
                    });
        }
    }

    private void write(Map<Group, Tally> taken) {
        platform.useTransaction(
                handle -> {
                    var add = handle.prepareBatch(ADD);
                    taken.forEach((group, tally) -> bind(add, group, tally).add());
                    add.execute();
                });
    }

    private PreparedBatch bind(PreparedBatch add, Group group, Tally tally) {
        var who = group.who();
        var cause = group.cause();
        var explanation = StoredSentence.of(tally.explanation);
        return add.bind("tenant", who.tenant())
                .bind("minute", group.minute())
                .bind("status", cause.status())
                .bind("code", cause.code())
                .bind("rule", cause.rule())
                .bind("route", cause.route())
                .bind("model", cause.model())
                .bind("keyId", who.keyId())
                .bind("keyName", who.keyName())
                .bind("explanation", explanation.english())
                .bind("sentence", explanation.json())
                .bind("id", Ids.prefixed("ref_", clock))
                .bind("request", tally.requestId)
                .bind("count", tally.count)
                .bind("lastAt", tally.lastAt);
    }

    /// Of this tenant, newest first; what was noted just now is in it.
    public List<RefusedRequest> page(
            TenantId tenant, int status, Optional<String> after, int limit) {
        flush();
        try {
            return tenants.inTransaction(
                    tenant,
                    handle ->
                            handle.createQuery(PAGE)
                                    .bind("tenant", tenant)
                                    .bind("status", status)
                                    .bind("after", after.orElse(null))
                                    .bind("limit", limit)
                                    .map(RefusalLog::refusal)
                                    .list());
        } catch (JdbiException e) {
            throw unreachable(e);
        }
    }

    private static RefusedRequest refusal(RowView row) {
        return new RefusedRequest(
                row.getColumn("id", String.class),
                row.getColumn("tenant_id", TenantId.class),
                row.getColumn("minute", Instant.class),
                row.getColumn("last_at", Instant.class),
                row.getColumn("count", Long.class),
                new Cause(
                        row.getColumn("status", Integer.class),
                        row.getColumn("code", String.class),
                        row.getColumn("rule", String.class),
                        row.getColumn("route", String.class),
                        row.getColumn("model", String.class)),
                row.getColumn("key_id", String.class),
                row.getColumn("key_name", String.class),
                new StoredSentence(
                                row.getColumn("sentence", String.class),
                                row.getColumn("explanation", String.class))
                        .sentence(),
                row.getColumn("request_id", String.class));
    }

    /// Removes what is older than 30 days, whoever's it is.
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

    private static Refused unreachable(JdbiException cause) {
        return Refused.of(ErrorCode.OVERLOADED, "serving.refusals-away").because(cause);
    }
}
