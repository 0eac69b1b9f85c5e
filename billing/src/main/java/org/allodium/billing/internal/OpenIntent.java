package org.allodium.billing.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.allodium.billing.GrantId;
import org.allodium.billing.ModelPrice;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.Database;
import org.allodium.kernel.Money;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/// An intent as stored, with the grants that hold its ceiling, in paying order. See decision 0013.
record OpenIntent(
        String requestId,
        UUID tenant,
        UUID project,
        String subject,
        ModelPrice price,
        Money ceiling,
        Receipt.Draft receipt,
        List<Payment> holds) {
    OpenIntent {
        holds = List.copyOf(holds);
    }

    // The working set's rows are locked first, in the order of ids: whoever else closes the same
    // request waits here, and then finds it gone.
    private static final String LOCK =
            """
            select r.* from billing.open_reservation o
            join billing.reservation r on r.request_id = o.request_id
            where o.request_id = any(:requests) order by o.request_id for update of o""";
    private static final String HOLDS =
            """
            select l.request_id, l.grant_id, l.amount, g.currency, p.funder, p.title
            from billing.reservation_line l
            join billing.grant_award g on g.id = l.grant_id
            join billing.programme p on p.id = g.programme_id
            where l.request_id = any(:requests) order by l.request_id, l.line""";

    static Map<String, OpenIntent> lock(Handle handle, List<String> requestIds) {
        var intents = new HashMap<String, OpenIntent>();
        if (requestIds.isEmpty()) {
            return intents;
        }
        var open =
                handle.createQuery(LOCK)
                        .bind("requests", Database.array(String.class, requestIds))
                        .map(OpenIntent::read)
                        .list();
        var holds =
                handle.createQuery(HOLDS)
                        .bind("requests", Database.array(String.class, requestIds))
                        .collectRows(
                                groupingBy(
                                        row -> row.getColumn("request_id", String.class),
                                        mapping(OpenIntent::hold, toList())));
        for (var intent : open) {
            String id = intent.requestId();
            intents.put(id, intent.held(holds.getOrDefault(id, List.of())));
        }
        return intents;
    }

    private OpenIntent held(List<Payment> by) {
        return new OpenIntent(requestId, tenant, project, subject, price, ceiling, receipt, by);
    }

    /// What the use costs at the reserved price. Never more than the ceiling: beyond it nobody has
    /// promised to pay.
    Money cost(Settlement settlement) {
        var cost =
                settlement.fromCache()
                        ? price.cachedAnswer()
                        : price.of(settlement.inputTokens(), settlement.outputTokens());
        return cost.min(ceiling);
    }

    /// The holds pay in their order until the cost is met.
    List<Payment> payments(Money cost) {
        var payments = new ArrayList<Payment>();
        var missing = cost;
        for (var hold : holds) {
            var part = hold.amount().min(missing);
            if (part.isPositive()) {
                payments.add(new Payment(hold.grant(), hold.funder(), hold.programme(), part));
                missing = missing.minus(part);
            }
        }
        if (missing.isPositive()) {
            throw new IllegalStateException("The holds of " + requestId + " miss its ceiling");
        }
        return payments;
    }

    private static OpenIntent read(RowView row) {
        var price =
                new ModelPrice(
                        row.getColumn("model", String.class),
                        Amounts.of(row, "input_per_million"),
                        Amounts.of(row, "output_per_million"),
                        Amounts.of(row, "cached_answer"),
                        row.getColumn("price_from", Instant.class));
        return new OpenIntent(
                row.getColumn("request_id", String.class),
                row.getColumn("tenant_id", UUID.class),
                row.getColumn("project_id", UUID.class),
                row.getColumn("subject", String.class),
                price,
                Amounts.of(row, "ceiling"),
                Receipt.Draft.fromJson(row.getColumn("receipt", String.class)),
                List.of());
    }

    private static Payment hold(RowView row) {
        return new Payment(
                row.getColumn("grant_id", GrantId.class),
                row.getColumn("funder", String.class),
                row.getColumn("title", String.class),
                Amounts.of(row, "amount"));
    }
}
