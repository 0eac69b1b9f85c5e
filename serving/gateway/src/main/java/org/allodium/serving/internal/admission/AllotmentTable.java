package org.allodium.serving.internal.admission;

import static java.util.stream.Collectors.groupingBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.serving.internal.admission.Allotment.Ask;
import org.allodium.serving.internal.admission.Allotment.Kind;
import org.allodium.serving.internal.admission.Allotment.Share;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.result.RowView;

/// What each run may use of the limits, as the database knows it. One transaction at a time over
/// all nodes: each sees what the one before it gave.
final class AllotmentTable {
    private static final int EIGHTH = 8;
    private static final String LOCK =
            "select cast(pg_advisory_xact_lock(hashtext('serving.limit_share')) as text)";
    private static final String ALIVE =
            "select exists (select from billing.live_run where run = :run)";
    private static final String OTHERS =
            """
            select n.whole from serving.limit_node n join billing.live_run l on l.run = n.run
            where n.run <> :run""";
    private static final String JOIN =
            """
            insert into serving.limit_node (run, whole) values (:run, :whole)
            on conflict (run) do update set whole = excluded.whole""";
    private static final String OWN = "delete from serving.limit_share where run = :run";
    private static final String GONE =
            """
            update serving.limit_node n set gone_at = :now
            where gone_at is null
                and not exists (select from billing.live_run l where l.run = n.run)""";
    private static final String FORGET =
            """
            with old as (delete from serving.limit_node where gone_at < :before returning run)
            delete from serving.limit_share where run in (select run from old)""";
    private static final String ROWS =
            """
            select s.*, n.gone_at, l.run is not null as live
            from serving.limit_share s
            left join serving.limit_node n on n.run = s.run
            left join billing.live_run l on l.run = s.run
            where s.tenant_id = any(:tenants)""";
    private static final String WRITE =
            """
            insert into serving.limit_share
                (tenant_id, kind, run, minute, leased, before, standing)
            select tenant, kind, :run, minute, leased, before, standing
            from unnest(:tenants, :kinds, :minutes, :leased, :before, :standing)
                as u (tenant, kind, minute, leased, before, standing)
            on conflict (tenant_id, kind, run) do update
            set minute = excluded.minute, leased = excluded.leased, before = excluded.before,
                standing = excluded.standing""";
    private static final String TELL =
            """
            select cast(pg_notify('allodium_news', :topic || ' ' || word) as text)
            from unnest(:words) as u (word)""";

    private final Database platform;

    AllotmentTable(DataSource platform) {
        this.platform = Database.over(platform);
    }

    enum Joined {
        ALONE,
        BESIDE_OTHERS,
        /// Another one has everything and was asked to share.
        NOT_YET
    }

    private record Key(TenantId tenant, Kind kind) {}

    private record Row(
            Key key,
            long run,
            boolean live,
            Instant goneAt,
            long minute,
            long leased,
            long before,
            long standing) {
        static Row of(RowView row) {
            var gone = row.getColumn("gone_at", Instant.class);
            return new Row(
                    new Key(
                            new TenantId(row.getColumn("tenant_id", UUID.class)),
                            Kind.valueOf(row.getColumn("kind", String.class))),
                    row.getColumn("run", Long.class),
                    row.getColumn("live", Boolean.class),
                    gone == null ? Instant.MAX : gone,
                    row.getColumn("minute", Long.class),
                    row.getColumn("leased", Long.class),
                    row.getColumn("before", Long.class),
                    row.getColumn("standing", Long.class));
        }

        /// What the run may have used in this minute, or may use yet.
        long leasedIn(long asked) {
            if (!key.kind().byMinute()) {
                return live ? leased : 0;
            }
            if (minute == asked) {
                return leased;
            }
            if (minute > asked) {
                return before;
            }
            return live || !Minutes.start(key.tenant(), asked).isAfter(goneAt) ? standing : 0;
        }
    }

    /// What is to be written of one ask, and the answer to it.
    private record Written(Ask ask, long leased, long before, Share share) {}

    Joined join(long run) {
        return locked(
                run,
                handle -> {
                    var others =
                            handle.createQuery(OTHERS).bind("run", run).mapTo(Boolean.class).list();
                    if (others.contains(true)) {
                        tell(handle, List.of("join:" + run));
                        return Joined.NOT_YET;
                    }
                    join(handle, run, others.isEmpty());
                    return others.isEmpty() ? Joined.ALONE : Joined.BESIDE_OTHERS;
                });
    }

    private static void join(Handle handle, long run, boolean whole) {
        handle.createUpdate(JOIN).bind("run", run).bind("whole", whole).execute();
    }

    /// Others are there: writes what this run keeps of what it had whole.
    void share(long run, List<Ask> kept) {
        var unused =
                locked(
                        run,
                        handle -> {
                            handle.createUpdate(OWN).bind("run", run).execute();
                            var written = written(handle, run, kept);
                            write(handle, run, written);
                            join(handle, run, false);
                            return written;
                        });
    }

    /// Notes which runs are gone. True when this one is alone from now on.
    boolean isLeftAlone(long run, Instant now) {
        return locked(
                run,
                handle -> {
                    handle.createUpdate(GONE).bind("now", now).execute();
                    handle.createUpdate(FORGET)
                            .bind("before", now.minusSeconds(TimeUnit.MINUTES.toSeconds(3)))
                            .execute();
                    boolean alone =
                            handle.createQuery(OTHERS)
                                    .bind("run", run)
                                    .mapTo(Boolean.class)
                                    .list()
                                    .isEmpty();
                    if (alone) {
                        handle.createUpdate(OWN).bind("run", run).execute();
                        join(handle, run, true);
                    }
                    return alone;
                });
    }

    /// Writes what each has, and gives them what they ask for as far as there is any.
    List<Share> exchange(long run, List<Ask> asks) {
        return locked(
                run,
                handle -> {
                    var written = written(handle, run, asks);
                    write(handle, run, written);
                    tell(handle, words(run, written));
                    return written.stream().map(Written::share).toList();
                });
    }

    private static List<Written> written(Handle handle, long run, List<Ask> asks) {
        var tenants = asks.stream().map(ask -> ask.tenant().value()).distinct().toList();
        Map<Key, List<Row>> rows =
                handle
                        .createQuery(ROWS)
                        .bind("tenants", Database.array(UUID.class, tenants))
                        .map(Row::of)
                        .list()
                        .stream()
                        .collect(groupingBy(Row::key));
        return asks.stream()
                .map(
                        ask -> {
                            var key = new Key(ask.tenant(), ask.kind());
                            return written(run, ask, rows.getOrDefault(key, List.of()));
                        })
                .toList();
    }

    private static Written written(long run, Ask ask, List<Row> rows) {
        var others = rows.stream().filter(row -> row.run() != run).toList();
        long theirs = others.stream().mapToLong(row -> row.leasedIn(ask.minute())).sum();
        long free = Math.max(0, ask.limit() - theirs - ask.mine());
        long granted = Math.min(free, ask.need() + Math.max(0, free - ask.need()) / EIGHTH);
        var recalled = new HashSet<Long>();
        if (granted < ask.need() && ask.mayRecall()) {
            others.stream()
                    .filter(row -> row.live() && row.leasedIn(ask.minute()) > 0)
                    .forEach(row -> recalled.add(row.run()));
        }
        long before =
                rows.stream()
                        .filter(row -> row.run() == run)
                        .mapToLong(row -> before(row, ask.minute()))
                        .sum();
        var share = new Share(granted, standing(ask, others), free - granted, recalled);
        return new Written(ask, ask.mine() + granted, before, share);
    }

    private static long before(Row own, long minute) {
        return own.minute() == minute ? own.before() : own.leasedIn(minute - 1);
    }

    /// An eighth of each minute is nobody's beforehand.
    private static long standing(Ask ask, List<Row> others) {
        // Who has begun the next minute already has reckoned with the one there was.
        boolean begun = others.stream().anyMatch(row -> row.minute() > ask.minute());
        if (begun || !ask.kind().byMinute()) {
            return ask.standing();
        }
        long theirs = others.stream().filter(Row::live).mapToLong(Row::standing).sum();
        long room = ask.limit() - ask.limit() / EIGHTH - theirs;
        return Math.max(Math.min(ask.usual(), room), Math.min(ask.standing(), ask.limit()));
    }

    private static List<String> words(long run, List<Written> all) {
        var words = new ArrayList<String>();
        for (var one : all) {
            var what = run + ":" + one.ask().tenant() + ":" + one.ask().kind();
            if (one.ask().tells()) {
                words.add("back:" + what);
            }
            if (!one.share().recalled().isEmpty()) {
                words.add("ask:" + what);
            }
        }
        return words;
    }

    private static void write(Handle handle, long run, List<Written> rows) {
        handle.createUpdate(WRITE)
                .bind("run", run)
                .bind("tenants", column(UUID.class, rows, row -> row.ask().tenant().value()))
                .bind("kinds", column(String.class, rows, row -> row.ask().kind().name()))
                .bind("minutes", column(Long.class, rows, row -> row.ask().minute()))
                .bind("leased", column(Long.class, rows, Written::leased))
                .bind("before", column(Long.class, rows, Written::before))
                .bind("standing", column(Long.class, rows, row -> row.share().standing()))
                .execute();
    }

    private static <T> Argument column(
            Class<T> type, Collection<Written> rows, Function<Written, T> reading) {
        return Database.array(type, rows.stream().map(reading).toList());
    }

    private static void tell(Handle handle, List<String> words) {
        if (!words.isEmpty()) {
            var unused =
                    handle.createQuery(TELL)
                            .bind("topic", AllotmentLine.TOPIC)
                            .bind("words", Database.array(String.class, words))
                            .mapTo(String.class)
                            .list();
        }
    }

    private <T> T locked(long run, Function<Handle, T> work) {
        return platform.inTransaction(
                handle -> {
                    var unused = handle.createQuery(LOCK).mapTo(String.class).list();
                    boolean lives =
                            handle.createQuery(ALIVE).bind("run", run).mapTo(Boolean.class).one();
                    if (!lives) {
                        throw new IllegalStateException("Another run has taken over from this one");
                    }
                    return work.apply(handle);
                });
    }
}
