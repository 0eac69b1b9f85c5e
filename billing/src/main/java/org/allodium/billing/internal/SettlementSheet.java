package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.Receipts;
import org.allodium.evidence.SignedReceipt;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;

/// All rows of one group of closings, written last, so that balances are locked as short as can be.
final class SettlementSheet {
    private static final Columns<End> ENDS =
            new Columns<>(
                    End.class,
                    """
                    insert into billing.reservation_end (request_id, tenant_id, kind, at)
                    select * from unnest(:request, :tenant, :kind, :at)""");
    private static final String CLOSE =
            "delete from billing.open_reservation where request_id = any(:requests)";
    private static final Columns<UsageRow> USAGE =
            new Columns<>(
                    UsageRow.class,
                    """
                    insert into billing.usage_event (request_id, tenant_id, at, project_id,
                        key_name, subject, model, pool, input_tokens, output_tokens, from_cache,
                        outcome, cost, currency)
                    select * from unnest(:request, :tenant, :at, :project,
                        :keyName, :subject, :model, :pool, :inputTokens, :outputTokens, :fromCache,
                        :outcome, :cost, :currency)""");
    private static final Columns<PaymentRow> PAYMENTS =
            new Columns<>(
                    PaymentRow.class,
                    """
                    insert into billing.usage_payment
                        (request_id, line, tenant_id, grant_id, funder, programme, amount)
                    select * from unnest(:request, :line, :tenant, :grant, :funder, :programme,
                        :amount)""");
    // In the order of ids, as every other writer of balances locks them: no deadlock.
    private static final String LOCK_BALANCES =
            """
            select grant_id from billing.grant_balance where grant_id = any(:grants)
            order by grant_id for update""";
    private static final Columns<Change> BALANCES =
            new Columns<>(
                    Change.class,
                    """
                    update billing.grant_balance b
                    set reserved = b.reserved - u.held, spent = b.spent + u.paid
                    from unnest(:grant, :held, :paid) as u (grant_id, held, paid)
                    where b.grant_id = u.grant_id""");

    private final Receipts receipts;
    private final Instant now;
    private final List<End> ends = new ArrayList<>();
    private final List<UsageRow> usage = new ArrayList<>();
    private final List<PaymentRow> payments = new ArrayList<>();
    private final TreeMap<UUID, Change> changes = new TreeMap<>();
    private final List<Ledger.Posting> postings = new ArrayList<>();
    private final List<SignedReceipt> signed = new ArrayList<>();

    SettlementSheet(Clock clock, Receipts receipts) {
        this.receipts = receipts;
        this.now = clock.instant();
    }

    private record End(String request, UUID tenant, String kind, Instant at) {}

    private record UsageRow(
            String request,
            UUID tenant,
            Instant at,
            UUID project,
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
            return new UsageRow(
                    settled.requestId(),
                    intent.tenant(),
                    settled.at(),
                    intent.project(),
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
            BigDecimal amount) {}

    private record Change(UUID grant, BigDecimal held, BigDecimal paid) {
        Change plus(Change other) {
            return new Change(grant, held.add(other.held), paid.add(other.paid));
        }
    }

    SettledRequest settle(OpenIntent intent, Settlement settlement) {
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
        signed.add(receipts.sign(receipt));
        addUsage(intent, settled);
        post(settled, Ledger.provider(site.map(at -> at.operator().id()).orElse("platform")));
        end(intent, "SETTLED");
        for (var share : shares) {
            change(share.grant().value(), BigDecimal.ZERO, share.amount().amount());
        }
        return settled;
    }

    void release(OpenIntent intent) {
        end(intent, "RELEASED");
    }

    void write(Handle handle, Ledger ledger) {
        ENDS.write(handle, ends);
        close(handle);
        USAGE.write(handle, usage);
        PAYMENTS.write(handle, payments);
        ledger.post(handle, postings);
        if (!signed.isEmpty()) {
            receipts.append(handle, signed);
        }
        writeBalances(handle);
    }

    private void close(Handle handle) {
        if (ends.isEmpty()) {
            return;
        }
        handle.createUpdate(CLOSE)
                .bind(
                        "requests",
                        Database.array(String.class, ends.stream().map(End::request).toList()))
                .execute();
    }

    private void writeBalances(Handle handle) {
        if (changes.isEmpty()) {
            return;
        }
        handle.createQuery(LOCK_BALANCES)
                .bind("grants", Database.array(UUID.class, changes.keySet()))
                .mapTo(UUID.class)
                .list();
        if (BALANCES.write(handle, changes.values()) != changes.size()) {
            throw new IllegalStateException("A balance is missing");
        }
    }

    private void end(OpenIntent intent, String kind) {
        ends.add(new End(intent.requestId(), intent.tenant(), kind, now));
        for (var hold : intent.holds()) {
            change(hold.grant().value(), hold.amount().amount(), BigDecimal.ZERO);
        }
    }

    private void change(UUID grant, BigDecimal held, BigDecimal paid) {
        changes.merge(grant, new Change(grant, held, paid), Change::plus);
    }

    private void post(SettledRequest settled, String provider) {
        var movements = new ArrayList<Ledger.Movement>();
        for (Payment payment : settled.payments()) {
            movements.add(
                    new Ledger.Movement(
                            Ledger.grant(payment.grant().value()), provider, payment.amount()));
        }
        postings.add(new Ledger.Posting("usage", "usage:" + settled.requestId(), now, movements));
    }

    private void addUsage(OpenIntent intent, SettledRequest settled) {
        usage.add(UsageRow.of(intent, settled));
        int line = 0;
        for (var payment : settled.payments()) {
            payments.add(
                    new PaymentRow(
                            settled.requestId(),
                            line++,
                            intent.tenant(),
                            payment.grant().value(),
                            payment.funder(),
                            payment.programme(),
                            payment.amount().amount()));
        }
    }

    /// A key without a name is called by its id.
    private static String keyName(Receipt receipt) {
        var caller = receipt.request().caller();
        return caller.keyName().isBlank()
                ? caller.key().map(UUID::toString).orElse("")
                : caller.keyName();
    }
}
