package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.Receipts;
import org.allodium.evidence.SealedReceipt;
import org.allodium.kernel.Database;
import org.allodium.kernel.Money;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// All rows of one group of closings. Balances are written last, so that they are locked as short
/// as can be. What is paid comes out of this run's leases; what else a request held stays in them.
final class SettlementSheet {
    private static final Columns<Cleared> CLEAR =
            new Columns<>(
                    Cleared.class,
                    """
                    update billing.slot s
                    set request_id = null, tenant_id = null, opened_at = null, intent = null,
                        closing = null
                    from unnest(:run, :slot, :request) as u (run, slot, request)
                    where s.run = u.run and s.slot = u.slot and s.request_id = u.request""");
    private static final Columns<UsageRow> USAGE =
            new Columns<>(
                    UsageRow.class,
                    """
                    insert into billing.usage_event (request_id, tenant_id, at, project_id,
                        grant_id, key_name, subject, model, pool, input_tokens, output_tokens,
                        from_cache, outcome, cost, currency)
                    select * from unnest(:request, :tenant, :at, :project,
                        :grant, :keyName, :subject, :model, :pool, :inputTokens, :outputTokens,
                        :fromCache, :outcome, :cost, :currency) as u""");
    private static final Columns<PaymentRow> PAYMENTS =
            new Columns<>(
                    PaymentRow.class,
                    """
                    insert into billing.usage_payment
                        (request_id, line, tenant_id, grant_id, funder, programme, amount, at)
                    select * from unnest(:request, :line, :tenant, :grant, :funder, :programme,
                        :amount, :at) as u""");
    // In the order of ids, as every other writer of balances locks them: no deadlock.
    private static final String LOCK_BALANCES =
            """
            select grant_id from billing.grant_balance where grant_id = any(:pots)
            order by grant_id for update""";
    private static final String LOCK_ALLOWANCES =
            "select id from billing.allowance where id = any(:pots) order by id for update";
    private static final Columns<Change> BALANCES =
            new Columns<>(
                    Change.class,
                    """
                    update billing.grant_balance b
                    set reserved = b.reserved - u.used, spent = b.spent + u.used
                    from unnest(:pot, :used) as u (pot, used) where b.grant_id = u.pot""");
    private static final Columns<Change> ALLOWANCES =
            new Columns<>(
                    Change.class,
                    """
                    update billing.allowance a
                    set leased = a.leased - u.used, used = a.used + u.used
                    from unnest(:pot, :used) as u (pot, used) where a.id = u.pot""");
    private static final Columns<LeaseChange> LEASES =
            new Columns<>(
                    LeaseChange.class,
                    """
                    update billing.lease l set amount = l.amount - u.used
                    from unnest(:run, :pot, :used) as u (run, pot, used)
                    where l.run = u.run and l.pot = u.pot""");
    private static final String COUNT =
            """
            update billing.run set settled = settled + 1, receipts = :next
            where run = :run and settled = :settled""";

    private final Receipts receipts;
    private final Progress before;
    private final Instant now;
    private final List<Closing> commands = new ArrayList<>();
    private final List<Cleared> cleared = new ArrayList<>();
    private final List<UsageRow> usage = new ArrayList<>();
    private final List<PaymentRow> payments = new ArrayList<>();
    private final List<SealedReceipt> sealed = new ArrayList<>();
    private final List<Ended> ended = new ArrayList<>();
    private final TreeMap<UUID, BigDecimal> paid = new TreeMap<>();
    private final TreeMap<UUID, BigDecimal> allowed = new TreeMap<>();
    private final Map<Pair, Money> movements = new HashMap<>();

    SettlementSheet(Clock clock, Receipts receipts, Progress before) {
        this.receipts = receipts;
        this.before = before;
        this.now = clock.instant();
    }

    /// How far a run has come.
    /// @param settled its transactions of this kind
    /// @param receipts written, numbered from 0
    record Progress(long run, long settled, long receipts) {}

    /// @param used by pot
    private record Ended(OpenIntent intent, Map<UUID, BigDecimal> used) {
        Ended {
            used = Map.copyOf(used);
        }
    }

    private record Cleared(long run, int slot, String request) {
        static Cleared of(Slot slot, String request) {
            return new Cleared(slot.run(), slot.number(), request);
        }
    }

    private record UsageRow(
            String request,
            UUID tenant,
            Instant at,
            UUID project,
            @Nullable UUID grant,
            String keyName,
            String subject,
            String model,
            String pool,
            long inputTokens,
            long outputTokens,
            boolean fromCache,
            String outcome,
            BigDecimal cost,
            String currency) {
        static UsageRow of(OpenIntent intent, SettledRequest settled) {
            var cost = settled.cost();
            var by = settled.payments();
            return new UsageRow(
                    settled.requestId(),
                    intent.tenant(),
                    settled.at(),
                    intent.project(),
                    by.size() == 1 ? by.getFirst().grant().value() : null,
                    settled.keyName(),
                    intent.subject(),
                    settled.model(),
                    settled.pool(),
                    settled.inputTokens(),
                    settled.outputTokens(),
                    settled.fromCache(),
                    settled.outcome().name(),
                    cost.amount(),
                    cost.currency().getCurrencyCode());
        }
    }

    private record PaymentRow(
            String request,
            int line,
            UUID tenant,
            UUID grant,
            String funder,
            String programme,
            BigDecimal amount,
            Instant at) {}

    private record Change(UUID pot, BigDecimal used) {}

    private record LeaseChange(long run, UUID pot, BigDecimal used) {}

    /// The accounts of one movement.
    private record Pair(UUID grant, String provider) {}

    void add(Closing closing) {
        switch (closing) {
            case Closing.Settle settle -> {
                if (settle.intent != null) {
                    settle.result = settle(settle.intent, settle);
                    commands.add(closing);
                }
            }
            case Closing.Release release -> {
                var intent = release.intent;
                var used = new HashMap<UUID, BigDecimal>();
                if (release.opened) {
                    cleared.add(Cleared.of(intent.slot(), intent.requestId()));
                    intent.shares().forEach(s -> allow(s, intent.usedThoughReleased(s), used));
                }
                ended.add(new Ended(intent, used));
                commands.add(closing);
            }
            case Closing.Clear clear -> {
                cleared.add(Cleared.of(clear.slot(), clear.requestId()));
                commands.add(closing);
            }
        }
    }

    private SettledRequest settle(OpenIntent intent, Closing.Settle closing) {
        var settlement = closing.settlement;
        var cost = intent.cost(settlement);
        var shares = intent.payments(cost);
        var bill = Bills.of(intent, settlement, cost, shares, now);
        var receipt = intent.receipt().completed(settlement.making(), bill);
        var site = receipt.making().site();
        var settled =
                new SettledRequest(
                        intent.requestId(),
                        now,
                        intent.project().toString(),
                        keyName(receipt),
                        intent.price().model(),
                        site.map(Receipt.Site::pool).orElse(""),
                        settlement.inputTokens(),
                        settlement.outputTokens(),
                        settlement.fromCache(),
                        settlement.outcome(),
                        cost,
                        shares);
        sealed.add(receipts.seal(receipt));
        usage.add(UsageRow.of(intent, settled));
        cleared.add(Cleared.of(intent.slot(), intent.requestId()));
        var used = new HashMap<UUID, BigDecimal>();
        pay(intent, settled, site.map(at -> at.operator().id()).orElse("platform"), used);
        intent.shares().forEach(share -> allow(share, intent.used(share, settlement, cost), used));
        ended.add(new Ended(intent, used));
        return settled;
    }

    private void pay(
            OpenIntent intent,
            SettledRequest settled,
            String operator,
            Map<UUID, BigDecimal> used) {
        int line = 0;
        for (Payment payment : settled.payments()) {
            var grant = payment.grant().value();
            var amount = payment.amount();
            movements.merge(new Pair(grant, Ledger.provider(operator)), amount, Money::plus);
            paid.merge(grant, amount.amount(), BigDecimal::add);
            used.merge(grant, amount.amount(), BigDecimal::add);
            if (settled.payments().size() > 1) {
                payments.add(
                        new PaymentRow(
                                settled.requestId(),
                                line++,
                                intent.tenant(),
                                grant,
                                payment.funder(),
                                payment.programme(),
                                amount.amount(),
                                settled.at()));
            }
        }
    }

    private void allow(OpenIntent.Share share, BigDecimal amount, Map<UUID, BigDecimal> used) {
        if (amount.signum() > 0) {
            allowed.merge(share.allowance(), amount, BigDecimal::add);
            used.merge(share.allowance(), amount, BigDecimal::add);
        }
    }

    boolean isEmpty() {
        return commands.isEmpty();
    }

    List<Closing> commands() {
        return commands;
    }

    /// Once these are durable.
    Progress after() {
        return new Progress(
                before.run, before.settled + (writes() ? 1 : 0), before.receipts + sealed.size());
    }

    /// Whether the database has to hear of them.
    private boolean writes() {
        return !cleared.isEmpty();
    }

    /// When all is durable: frees what the requests held, and lets the log have the receipts.
    void tell(Pots pots) {
        receipts.kept(before.run, before.receipts, sealed);
        ended.forEach(end -> pots.end(end.intent, end.used, now));
    }

    void write(Handle handle, Ledger ledger) {
        if (!writes()) {
            return;
        }
        clear(handle);
        USAGE.write(handle, usage);
        PAYMENTS.write(handle, payments);
        ledger.post(handle, postings());
        receipts.keep(handle, before.run, before.receipts, sealed);
        change(handle, LOCK_BALANCES, BALANCES, paid);
        change(handle, LOCK_ALLOWANCES, ALLOWANCES, allowed);
        count(handle);
    }

    /// A slot of another run is cleared by one run alone, and that one settles its request.
    private void clear(Handle handle) {
        var foreign = cleared.stream().filter(slot -> slot.run != before.run).toList();
        if (CLEAR.write(handle, foreign) != foreign.size()) {
            throw new IllegalStateException("Another run has closed this request");
        }
        CLEAR.write(handle, cleared.stream().filter(slot -> slot.run == before.run).toList());
    }

    private void change(
            Handle handle, String lock, Columns<Change> update, TreeMap<UUID, BigDecimal> used) {
        if (used.isEmpty()) {
            return;
        }
        handle.createQuery(lock)
                .bind("pots", Database.array(UUID.class, used.keySet()))
                .mapTo(UUID.class)
                .list();
        var changes =
                used.entrySet().stream().map(e -> new Change(e.getKey(), e.getValue())).toList();
        var leases = changes.stream().map(c -> new LeaseChange(before.run, c.pot, c.used)).toList();
        if (update.write(handle, changes) != changes.size()
                || LEASES.write(handle, leases) != changes.size()) {
            throw new IllegalStateException("A balance or a lease is missing");
        }
    }

    private void count(Handle handle) {
        int counted =
                handle.createUpdate(COUNT)
                        .bind("next", after().receipts)
                        .bind("run", before.run)
                        .bind("settled", before.settled)
                        .execute();
        if (counted != 1) {
            throw new IllegalStateException("Somebody else settles for this run");
        }
    }

    /// One for each pair of accounts, for all requests of this group.
    private List<Ledger.Posting> postings() {
        var range = new Ledger.Range(before.run, before.receipts, after().receipts - 1);
        var postings = new ArrayList<Ledger.Posting>();
        movements.forEach((pair, amount) -> postings.add(posting(pair, amount, range)));
        return postings;
    }

    private Ledger.Posting posting(Pair pair, Money amount, Ledger.Range range) {
        var grant = Ledger.grant(pair.grant);
        return new Ledger.Posting(
                "usage",
                "usage:%d:%d:%s:%s".formatted(range.run(), range.first(), grant, pair.provider),
                now,
                List.of(new Ledger.Movement(grant, pair.provider, amount)),
                Optional.of(range));
    }

    /// A key without a name is called by its id.
    private static String keyName(Receipt receipt) {
        var caller = receipt.request().caller();
        return caller.keyName().isBlank()
                ? caller.key().map(UUID::toString).orElse("")
                : caller.keyName();
    }
}
