package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
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
import org.allodium.kernel.Money;

/// All rows of one group of closings, gathered first and written last, so that balances are locked
/// for as short as can be.
final class SettlementSheet {
    private static final String ENDS =
            """
            insert into billing.reservation_end (request_id, tenant_id, kind, at)
            select * from unnest(?::text[], ?::uuid[], ?::text[], ?::timestamptz[])""";
    private static final String CLOSE =
            "delete from billing.open_reservation where request_id = any(select unnest(?::text[]))";
    private static final String USAGE =
            """
            insert into billing.usage_event (request_id, tenant_id, at, project_id, key_name, subject,
                model, pool, input_tokens, output_tokens, from_cache, outcome, cost, currency)
            select * from unnest(?::text[], ?::uuid[], ?::timestamptz[], ?::uuid[], ?::text[],
                ?::text[], ?::text[], ?::text[], ?::int8[], ?::int8[], ?::bool[], ?::text[],
                ?::numeric[], ?::text[])""";
    private static final String PAYMENTS =
            """
            insert into billing.usage_payment
                (request_id, line, tenant_id, grant_id, funder, programme, amount)
            select * from unnest(?::text[], ?::int4[], ?::uuid[], ?::uuid[], ?::text[], ?::text[],
                ?::numeric[])""";
    // In the order of ids, as every other writer of balances locks them: no deadlock.
    private static final String LOCK_BALANCES =
            """
            select grant_id from billing.grant_balance where grant_id = any(?)
            order by grant_id for update""";
    private static final String BALANCES =
            """
            update billing.grant_balance b
            set reserved = b.reserved - u.held, spent = b.spent + u.paid
            from unnest(?::uuid[], ?::numeric[], ?::numeric[]) as u (grant_id, held, paid)
            where b.grant_id = u.grant_id""";

    private final Receipts receipts;
    private final Instant now;
    private final Columns ends = new Columns(ENDS);
    private final Columns closed = new Columns(CLOSE);
    private final Columns usage = new Columns(USAGE);
    private final Columns payments = new Columns(PAYMENTS);
    private final TreeMap<UUID, Change> changes = new TreeMap<>();
    private final List<Ledger.Posting> postings = new ArrayList<>();
    private final List<SignedReceipt> signed = new ArrayList<>();

    SettlementSheet(Clock clock, Receipts receipts) {
        this.receipts = receipts;
        this.now = clock.instant();
    }

    private record Change(BigDecimal held, BigDecimal paid) {
        Change plus(Change other) {
            return new Change(held.add(other.held), paid.add(other.paid));
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

    void write(Connection connection, Ledger ledger) throws SQLException {
        ends.write(connection);
        closed.write(connection);
        usage.write(connection);
        payments.write(connection);
        ledger.post(connection, postings);
        if (!signed.isEmpty()) {
            receipts.append(connection, signed);
        }
        writeBalances(connection);
    }

    private void writeBalances(Connection connection) throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        try (var lock = connection.prepareStatement(LOCK_BALANCES)) {
            lock.setArray(1, connection.createArrayOf("uuid", changes.keySet().toArray()));
            lock.execute();
        }
        var balances = new Columns(BALANCES);
        changes.forEach((grant, change) -> balances.row(grant, change.held, change.paid));
        if (balances.write(connection) != changes.size()) {
            throw new IllegalStateException("A balance is missing");
        }
    }

    private void end(OpenIntent intent, String kind) {
        ends.row(intent.requestId(), intent.tenant(), kind, now.toString());
        closed.row(intent.requestId());
        for (var hold : intent.holds()) {
            change(hold.grant().value(), hold.amount().amount(), BigDecimal.ZERO);
        }
    }

    private void change(UUID grant, BigDecimal held, BigDecimal paid) {
        changes.merge(grant, new Change(held, paid), Change::plus);
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
        Money cost = settled.cost();
        usage.row(
                settled.requestId(),
                intent.tenant(),
                now.toString(),
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
        int line = 0;
        for (var payment : settled.payments()) {
            payments.row(
                    settled.requestId(),
                    line++,
                    intent.tenant(),
                    payment.grant().value(),
                    payment.funder(),
                    payment.programme(),
                    payment.amount().amount());
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
