package org.allodium.serving;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.RefusedRequest.Cause;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// Notes refusals and writes them down some seconds later, those of one cause and minute in one
/// row. Noting never waits and never fails; what the database cannot take in time is lost in count
/// alone, as long as memory for distinct causes lasts.
/// See decision 0112.
public final class RefusalLog {
    public static final Duration KEPT_FOR = Duration.ofDays(30);

    /// Distinct causes of one organisation in one minute; more are counted by code alone.
    static final int MOST_CAUSES = 50;

    private static final int MOST_IN_MEMORY = 20_000;
    private static final String ADD =
            """
            insert into serving.refusal (tenant_id, minute, status, code, rule, route, model,
                    key_id, key_name, explanation, sentence, id, request_id, count, last_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?)
            on conflict (tenant_id, minute, code, rule, route, model, key_id) do update
            set count = refusal.count + excluded.count, last_at = excluded.last_at,
                explanation = excluded.explanation, sentence = excluded.sentence,
                request_id = excluded.request_id""";
    private static final String PAGE =
            """
            select * from serving.refusal where tenant_id = ? and (? = 0 or status = ?)
                and (?::text is null or (minute, id) <
                    (select minute, id from serving.refusal where tenant_id = ? and id = ?))
            order by minute desc, id desc limit ?""";

    private final DataSource app;
    private final DataSource platform;
    private final Clock clock;
    private final Object lock = new Object();
    private Map<Group, Tally> tallies = new HashMap<>();
    private final Map<Minute, Integer> causes = new HashMap<>();

    public RefusalLog(DataSource app, DataSource platform, Clock clock) {
        this.app = app;
        this.platform = platform;
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
        } catch (SQLException e) {
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

    private void write(Map<Group, Tally> taken) throws SQLException {
        try (var connection = platform.getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(false);
            boolean done = false;
            try (var add = connection.prepareStatement(ADD)) {
                for (var entry : taken.entrySet()) {
                    fill(add, entry.getKey(), entry.getValue());
                    add.addBatch();
                }
                add.executeBatch();
                connection.commit();
                done = true;
            } finally {
                if (!done) {
                    connection.rollback();
                }
                connection.setAutoCommit(before);
            }
        }
    }

    private void fill(PreparedStatement add, Group group, Tally tally) throws SQLException {
        var cause = group.cause();
        var explanation = StoredSentence.of(tally.explanation);
        Object[] values = {
            group.who().tenant().value(),
            sql(group.minute()),
            cause.status(),
            cause.code(),
            cause.rule(),
            cause.route(),
            cause.model(),
            group.who().keyId(),
            group.who().keyName(),
            explanation.english(),
            explanation.json(),
            Ids.prefixed("ref_", clock),
            tally.requestId,
            tally.count,
            sql(tally.lastAt)
        };
        for (int i = 0; i < values.length; i++) {
            add.setObject(i + 1, values[i]);
        }
    }

    /// Of this tenant, newest first; what was noted just now is in it.
    public List<RefusedRequest> page(
            TenantId tenant, int status, Optional<String> after, int limit) {
        flush();
        try (var connection = app.getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                hold(connection, tenant);
                return read(connection, tenant, status, after, limit);
            } finally {
                // Takes the tenant off the connection.
                connection.rollback();
                connection.setAutoCommit(before);
            }
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private static void hold(Connection connection, TenantId tenant) throws SQLException {
        try (var set = connection.prepareStatement("select set_config('app.tenant', ?, true)")) {
            set.setString(1, tenant.toString());
            set.execute();
        }
    }

    private static List<RefusedRequest> read(
            Connection connection, TenantId tenant, int status, Optional<String> after, int limit)
            throws SQLException {
        try (var select = connection.prepareStatement(PAGE)) {
            select.setObject(1, tenant.value());
            select.setInt(2, status);
            select.setInt(3, status);
            select.setString(4, after.orElse(null));
            select.setObject(5, tenant.value());
            select.setString(6, after.orElse(null));
            select.setInt(7, limit);
            var found = new ArrayList<RefusedRequest>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(refusal(row));
                }
            }
            return found;
        }
    }

    private static RefusedRequest refusal(ResultSet row) throws SQLException {
        return new RefusedRequest(
                row.getString("id"),
                new TenantId(row.getObject("tenant_id", UUID.class)),
                row.getTimestamp("minute").toInstant(),
                row.getTimestamp("last_at").toInstant(),
                row.getLong("count"),
                new Cause(
                        row.getInt("status"),
                        row.getString("code"),
                        row.getString("rule"),
                        row.getString("route"),
                        row.getString("model")),
                row.getString("key_id"),
                row.getString("key_name"),
                new StoredSentence(row.getString("sentence"), row.getString("explanation"))
                        .sentence(),
                row.getString("request_id"));
    }

    /// Removes what is older than 30 days, whoever's it is.
    public void sweep() {
        try (var connection = platform.getConnection();
                var delete =
                        connection.prepareStatement(
                                "delete from serving.refusal where minute <= ?")) {
            delete.setObject(1, sql(clock.instant().minus(KEPT_FOR)));
            delete.executeUpdate();
        } catch (SQLException e) {
            throw unreachable(e);
        }
    }

    private static OffsetDateTime sql(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    private static Refused unreachable(SQLException cause) {
        return Refused.of(ErrorCode.OVERLOADED, "serving.refusals-away").because(cause);
    }
}
