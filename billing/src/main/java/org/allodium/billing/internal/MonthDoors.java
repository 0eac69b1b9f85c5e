package org.allodium.billing.internal;

import static org.allodium.kernel.ErrorCode.CONFLICT;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.Month;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;

/// Lists, detaches and attaches months. The database's own functions do it, in the owner's name;
/// this asks what they cannot see, and puts their answers into words.
public final class MonthDoors {
    private static final String LOCK_NOT_HAD = "55P03";
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String LIST =
            """
            select m.month, v.act = 'DETACHED' as away, e.at as exported_at, e.actor as exporter,
                e.name as exporter_name, v.at as moved_at, v.actor as mover,
                v.name as mover_name,
                (select coalesce(sum(pg_total_relation_size(
                        to_regclass(t.name || to_char(m.month, '_YYYY_MM')))), 0)::bigint
                    from unnest(array['billing.usage_event', 'billing.usage_payment',
                        'billing.ledger_transaction', 'billing.ledger_entry',
                        'evidence.sealed_receipt', 'evidence.receipt']) t (name)) as bytes
            from (select to_date(right(c.relname, 7), 'YYYY_MM') as month
                    from pg_inherits i join pg_class c on c.oid = i.inhrelid
                    where i.inhparent = 'billing.usage_event'::regclass
                        and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
                    union select month from billing.month_act) m
                left join lateral (select at, actor, name from billing.month_act a
                    left join tenancy.person on subject = actor
                    where a.month = m.month and a.act = 'EXPORTED' order by id desc limit 1) e on true
                left join lateral (select act, at, actor, name from billing.month_act a
                    left join tenancy.person on subject = actor
                    where a.month = m.month and a.act <> 'EXPORTED' order by id desc limit 1) v
                    on true
            where m.month <= :present
            order by m.month desc""";
    // A slot is cleared in the transaction that writes usage and receipt.
    private static final String OPEN =
            "select exists (select from billing.open_request where opened_at < :end)";

    private final Database platform;
    private final Clock clock;

    public MonthDoors(Database platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
    }

    public List<Month> list() {
        try {
            return platform.withHandle(this::list);
        } catch (JdbiException e) {
            throw Replies.explain(e);
        }
    }

    public Month detach(YearMonth month, String actor) {
        return move("select billing.detach_month(:month, :now, :actor)", month, actor);
    }

    public Month attach(YearMonth month, String actor) {
        return move("select billing.attach_month(:month, :now, :actor)", month, actor);
    }

    /// Refuses what could not be exported whole.
    public void requireExportable(YearMonth month) {
        try {
            platform.useHandle(
                    handle -> {
                        var known = require(handle, month);
                        if (known.state() == Month.State.CURRENT) {
                            throw notOver(month);
                        }
                        if (known.state() == Month.State.DETACHED) {
                            throw detached(month);
                        }
                        requireSettled(handle, month);
                    });
        } catch (JdbiException e) {
            throw Replies.explain(e);
        }
    }

    private Month move(String door, YearMonth month, String actor) {
        try {
            return platform.inTransaction(
                    handle -> {
                        requireSettled(handle, month);
                        var said =
                                handle.createQuery(door)
                                        .bind("month", month.atDay(1))
                                        .bind("now", clock.instant())
                                        .bind("actor", actor)
                                        .mapTo(String.class)
                                        .one();
                        if (!"DONE".equals(said)) {
                            throw refused(said, month);
                        }
                        return require(handle, month);
                    });
        } catch (JdbiException e) {
            throw Database.cause(e)
                            .filter(sql -> LOCK_NOT_HAD.equals(sql.getSQLState()))
                            .isPresent()
                    ? busy().because(e)
                    : Replies.explain(e);
        }
    }

    /// Nothing that began in it or before can still come into it.
    static void requireSettled(Handle handle, YearMonth month) {
        boolean open = handle.createQuery(OPEN).bind("end", end(month)).mapTo(Boolean.class).one();
        if (open) {
            throw Refused.of(CONFLICT, "billing.month-open", month.toString());
        }
    }

    Month require(Handle handle, YearMonth month) {
        return list(handle).stream()
                .filter(one -> one.month().equals(month))
                .findFirst()
                .orElseThrow(() -> noMonth(month));
    }

    static Refused noMonth(YearMonth month) {
        return Refused.of(ErrorCode.NOT_FOUND, "billing.no-month", month.toString());
    }

    static Refused busy() {
        return Refused.of(ErrorCode.OVERLOADED, "billing.month-busy").retryAfter(SOON);
    }

    static Instant end(YearMonth month) {
        return month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private Refused refused(String said, YearMonth month) {
        return switch (said) {
            case "BUSY" -> busy();
            case "NOT_THERE" -> notThere(month);
            case "NOT_OVER" -> notOver(month);
            case "UNSEQUENCED" ->
                    Refused.of(CONFLICT, "billing.month-unsequenced", month.toString());
            case "NOT_EXPORTED" ->
                    Refused.of(CONFLICT, "billing.month-not-exported", month.toString());
            case "NOT_AWAY" -> Refused.of(CONFLICT, "billing.month-not-detached", month.toString());
            case "TABLES_GONE" ->
                    Refused.of(CONFLICT, "billing.month-tables-gone", month.toString());
            case "CHANGED" -> Refused.of(CONFLICT, "billing.month-changed", month.toString());
            default -> throw new IllegalStateException(said);
        };
    }

    private Refused notThere(YearMonth month) {
        return list().stream().anyMatch(one -> one.month().equals(month))
                ? detached(month)
                : noMonth(month);
    }

    private static Refused notOver(YearMonth month) {
        return Refused.of(CONFLICT, "billing.month-not-over", month.toString());
    }

    private static Refused detached(YearMonth month) {
        return Refused.of(CONFLICT, "billing.month-detached", month.toString());
    }

    private List<Month> list(Handle handle) {
        var present = YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
        return handle.createQuery(LIST)
                .bind("present", present.atDay(1))
                .map(row -> month(row, present))
                .list();
    }

    private static Month month(RowView row, YearMonth present) {
        var month = YearMonth.from(row.getColumn("month", LocalDate.class));
        boolean away = Boolean.TRUE.equals(row.getColumn("away", Boolean.class));
        var here = month.equals(present) ? Month.State.CURRENT : Month.State.ATTACHED;
        return new Month(
                month,
                away ? Month.State.DETACHED : here,
                row.getColumn("bytes", Long.class),
                act(row, "exported_at", "exporter"),
                act(row, "moved_at", "mover"));
    }

    private static Optional<Month.Act> act(RowView row, String at, String actor) {
        return Optional.ofNullable(row.getColumn(at, Instant.class))
                .map(
                        when ->
                                new Month.Act(
                                        when,
                                        row.getColumn(actor, String.class),
                                        Optional.ofNullable(
                                                row.getColumn(actor + "_name", String.class))));
    }
}
