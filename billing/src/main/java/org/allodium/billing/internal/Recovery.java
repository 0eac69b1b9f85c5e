package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.result.RowView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes over what runs that are gone have left: their leases, and their requests, which it closes
/// by the written rule: as their closing row says, or else for what is marked to have left.
/// Decision 0115.
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final int PAGE = 500;
    // Whatever such a run still has under way is done before this, or finds that it is gone. In the
    // order in which its writers lock: no deadlock.
    private static final List<String> AWAIT =
            List.of(
                    "lock table billing.slot in share row exclusive mode",
                    "lock table billing.lease in share row exclusive mode");
    // Runs of this very node, which this one replaces; others whose life has lapsed; and what such
    // a run had taken over itself.
    private static final String FENCE =
            """
            update billing.run g set leased = -1, settled = -1, taker = :run
            where g.run <> :run and g.ended_at is null
                and (g.node in ('', :node) and g.run < :run and :start
                    or g.alive_until < clock_timestamp() and not :start)
                and g.taker is distinct from :run
                and not exists (select from billing.run t where t.run = g.taker
                    and t.settled >= 0 and t.alive_until >= clock_timestamp()
                    and t.ended_at is null)
            returning g.run""";
    private static final String LAPSED =
            """
            select exists (select from billing.run g where g.run <> :run and g.ended_at is null
                and g.alive_until < clock_timestamp() and g.run <> all(:beside)
                and (g.taker = :run or not exists (select from billing.run t
                    where t.run = g.taker and t.settled >= 0
                        and t.alive_until >= clock_timestamp() and t.ended_at is null)))""";
    private static final String TAKEN =
            "select run from billing.run where taker = :run and ended_at is null order by run";
    private static final String ADOPT =
            """
            insert into billing.lease as l (run, pot, amount)
            select :run, pot, sum(amount) from billing.lease where run = any(:fresh) group by pot
            on conflict (run, pot) do update set amount = l.amount + excluded.amount""";
    // Kept until the run is forgotten: whose commit was not answered finds here what came over.
    private static final String MOVE =
            "update billing.lease set moved = amount, amount = 0 where run = any(:fresh)";
    private static final String MOVED =
            """
            select l.pot, sum(l.moved) as amount, coalesce(b.tenant_id, a.tenant_id) as tenant_id
            from billing.lease l
            left join billing.grant_balance b on b.grant_id = l.pot
            left join billing.allowance a on a.id = l.pot
            where l.run = any(:gone) and l.moved > 0 group by 1, 3""";
    private static final String LEFT_BY_OTHERS =
            """
            select s.*, coalesce(m.released, 0) as released
            from billing.slot s
            left join (select u.id, max(u.tokens) as released
                       from billing.mark k, unnest(k.request_ids, k.tokens) as u (id, tokens)
                       where k.run <> :run group by u.id) m on m.id = s.request_id
            where s.request_id > :last and s.run in (select run from billing.run
                where taker = :run and ended_at is null)
            order by s.request_id limit :page""";
    private static final String OLD_AND_OWN =
            """
            select slot, request_id from billing.slot
            where run = :run and opened_at < :before order by slot limit 5000""";
    private static final String FORGET =
            """
            with done as (
                update billing.run set ended_at = :now where run = :gone
                    and not exists (select from billing.slot
                        where run = :gone and request_id is not null)
                returning run),
            leases as (delete from billing.lease where run in (select run from done)),
            marks as (delete from billing.mark where run in (select run from done)),
            slots as (delete from billing.slot where run in (select run from done))
            select count(*) from done""";

    private final Database platform;
    private final Run run;

    Recovery(Database platform, Run run) {
        this.platform = platform;
        this.run = run;
    }

    /// A request that a run left, and how it ends, if that can be told.
    record Left(String requestId, Optional<Ending> ending) {}

    record Ending(OpenIntent intent, Settlement settlement) {}

    record Lease(UUID tenant, UUID pot, BigDecimal amount) {
        static Lease of(RowView row) {
            return new Lease(
                    row.getColumn("tenant_id", UUID.class),
                    row.getColumn("pot", UUID.class),
                    row.getColumn("amount", BigDecimal.class));
        }
    }

    /// Whether there may be something to take over, or to go on with.
    boolean isSomeoneGone(Set<Long> beside) {
        return platform.withHandle(
                handle ->
                        handle.createQuery(LAPSED)
                                .bind("run", run.number())
                                .bind("beside", Database.array(Long.class, beside))
                                .mapTo(Boolean.class)
                                .one());
    }

    /// Fences runs that are gone; their leases are this run's from here on. Returns all runs that
    /// this one has taken over from and is not done with.
    /// @param start whether it replaces earlier runs of its own node, or others whose life lapsed
    List<Long> takeOver(boolean start) {
        platform.useTransaction(
                handle -> {
                    AWAIT.forEach(handle::execute);
                    var fenced =
                            handle.createQuery(FENCE)
                                    .bind("run", run.number())
                                    .bind("node", run.node())
                                    .bind("start", start)
                                    .mapTo(Long.class)
                                    .list();
                    var fresh = Database.array(Long.class, fenced);
                    handle.createUpdate(ADOPT)
                            .bind("run", run.number())
                            .bind("fresh", fresh)
                            .execute();
                    handle.createUpdate(MOVE).bind("fresh", fresh).execute();
                });
        return platform.withHandle(
                handle ->
                        handle.createQuery(TAKEN)
                                .bind("run", run.number())
                                .mapTo(Long.class)
                                .list());
    }

    /// What came over from these runs.
    List<Lease> moved(Collection<Long> gone) {
        return platform.withHandle(
                handle ->
                        handle.createQuery(MOVED)
                                .bind("gone", Database.array(Long.class, gone))
                                .map(Lease::of)
                                .list());
    }

    /// What other runs left open, after `last`; one page.
    List<Left> leftOpen(String last) {
        return platform.withHandle(
                handle ->
                        handle.createQuery(LEFT_BY_OTHERS)
                                .bind("run", run.number())
                                .bind("last", last)
                                .bind("page", PAGE)
                                .map(Recovery::left)
                                .list());
    }

    private static Left left(RowView row) {
        var requestId = row.getColumn("request_id", String.class);
        try {
            return new Left(requestId, Optional.of(new Ending(SlotText.intent(row), closing(row))));
        } catch (RuntimeException unreadable) { // One slot must not hold up the others.
            LOG.error("Request {} cannot be read and stays open", requestId, unreadable);
            return new Left(requestId, Optional.empty());
        }
    }

    /// Slots of this very run that were written before `before`; those whose request it does not
    /// know were committed on a connection that died before saying so.
    List<Closing.Clear> ownOpen(Instant before) {
        return platform.withHandle(
                handle ->
                        handle.createQuery(OLD_AND_OWN)
                                .bind("run", run.number())
                                .bind("before", before)
                                .map(
                                        row ->
                                                new Closing.Clear(
                                                        new Slot(
                                                                run.number(),
                                                                row.getColumn(
                                                                        "slot", Integer.class)),
                                                        row.getColumn("request_id", String.class)))
                                .list());
    }

    /// False when something that it left cannot be closed and stays open.
    boolean forget(long gone, Instant now) {
        return platform.inTransaction(
                handle ->
                        handle.createQuery(FORGET)
                                        .bind("gone", gone)
                                        .bind("now", now)
                                        .mapTo(Long.class)
                                        .one()
                                == 1);
    }

    private static Settlement closing(RowView row) {
        String requestId = row.getColumn("request_id", String.class);
        var closing = Optional.ofNullable(row.getColumn("closing", String.class));
        if (closing.isPresent()) {
            var ended = SlotText.closing(requestId, closing.get());
            return new Settlement(
                    requestId,
                    ended.inputTokens(),
                    ended.outputTokens(),
                    ended.fromCache(),
                    ended.outcome(),
                    ended.making().ofUnknownDelivery());
        }
        long released = row.getColumn("released", Long.class);
        var nothing = Receipt.Making.UNKNOWN;
        return new Settlement(
                requestId,
                released > 0 ? SlotText.intent(row).inputTokens() : 0,
                released,
                false,
                Settlement.Outcome.INTERRUPTED,
                SlotText.closesFirst(row) ? nothing : nothing.ofUnknownDelivery());
    }
}
