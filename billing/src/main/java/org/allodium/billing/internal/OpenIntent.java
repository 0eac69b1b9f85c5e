package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.allodium.billing.GrantId;
import org.allodium.billing.ModelPrice;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.Money;

/// An intent as the database keeps it, with the grants that hold its ceiling, in paying order.
/// See decision 0013.
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
            where o.request_id = any(?) order by o.request_id for update of o""";
    private static final String HOLDS =
            """
            select l.request_id, l.grant_id, l.amount, g.currency, p.funder, p.title
            from billing.reservation_line l
            join billing.grant_award g on g.id = l.grant_id
            join billing.programme p on p.id = g.programme_id
            where l.request_id = any(?) order by l.request_id, l.line""";

    static Map<String, OpenIntent> lock(Connection connection, List<String> requestIds)
            throws SQLException {
        var intents = new LinkedHashMap<String, OpenIntent>();
        if (requestIds.isEmpty()) {
            return intents;
        }
        var ids = connection.createArrayOf("text", requestIds.toArray());
        try (var select = connection.prepareStatement(LOCK)) {
            select.setArray(1, ids);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var intent = read(rows);
                    intents.put(intent.requestId(), intent);
                }
            }
        }
        var holds = new HashMap<String, List<Payment>>();
        try (var select = connection.prepareStatement(HOLDS)) {
            select.setArray(1, ids);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    holds.computeIfAbsent(rows.getString("request_id"), _ -> new ArrayList<>())
                            .add(hold(rows));
                }
            }
        }
        intents.replaceAll((id, intent) -> intent.held(holds.getOrDefault(id, List.of())));
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

    private static OpenIntent read(ResultSet rows) throws SQLException {
        var currency = Currency.getInstance(rows.getString("currency"));
        var price =
                new ModelPrice(
                        rows.getString("model"),
                        new Money(rows.getBigDecimal("input_per_million"), currency),
                        new Money(rows.getBigDecimal("output_per_million"), currency),
                        new Money(rows.getBigDecimal("cached_answer"), currency),
                        rows.getObject("price_from", OffsetDateTime.class).toInstant());
        return new OpenIntent(
                rows.getString("request_id"),
                rows.getObject("tenant_id", UUID.class),
                rows.getObject("project_id", UUID.class),
                rows.getString("subject"),
                price,
                new Money(rows.getBigDecimal("ceiling"), currency),
                Receipt.Draft.fromJson(rows.getString("receipt")),
                List.of());
    }

    private static Payment hold(ResultSet rows) throws SQLException {
        BigDecimal amount = rows.getBigDecimal("amount");
        return new Payment(
                new GrantId(rows.getObject("grant_id", UUID.class)),
                rows.getString("funder"),
                rows.getString("title"),
                new Money(amount, Currency.getInstance(rows.getString("currency"))));
    }
}
