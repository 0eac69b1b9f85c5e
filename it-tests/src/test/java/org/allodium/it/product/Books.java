package org.allodium.it.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.allodium.evidence.internal.KeptPayloads;
import org.allodium.kernel.Database;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What must hold of money and evidence at every instant, read from the database itself.
public final class Books {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Books() {}

    /// Every balance is the sum of its entries, every transaction sums to nothing, no grant is
    /// overdrawn, nothing is charged twice or without a receipt.
    public static void assertInBalance() throws Exception {
        none("select count(*) from billing.grant_balance where spent + reserved > granted");
        none(
                "select count(*) from billing.grant_balance b where reserved <>"
                        + " (select coalesce(sum(amount), 0) from billing.lease where pot = b.grant_id)");
        none("select coalesce(sum(amount), 0) from billing.ledger_entry");
        none(
                "select count(*) from (select transaction_id from billing.ledger_entry"
                        + " group by transaction_id having sum(amount) <> 0) unbalanced");
        none(
                "select (select coalesce(sum(spent), 0) from billing.grant_balance)"
                        + " - (select coalesce(sum(cost), 0) from billing.usage_event)");
        none(
                "select count(*) from (select request_id from billing.usage_event"
                        + " group by request_id having count(*) > 1) twice");
        none(
                "select count(*) from billing.usage_event u where not exists"
                        + " (select 1 from evidence.sealed_receipt r where "
                        + KeptPayloads.isOf("u.request_id")
                        + ")");
    }

    /// Waits until no request is under way any more: each intent has found its end.
    public static void awaitAllClosed(Duration patience) throws Exception {
        Waiting.until(
                patience,
                "every intent is closed",
                () -> one("select count(*) from billing.open_request").signum() == 0);
        Waiting.until(
                patience,
                "every lease is given back",
                () ->
                        one("select coalesce(sum(reserved), 0) from billing.grant_balance").signum()
                                == 0);
    }

    /// The one number that a query gives.
    public static BigDecimal one(String sql) throws Exception {
        try (var database = Product.database();
                var query = database.createStatement();
                var rows = query.executeQuery(sql)) {
            rows.next();
            return rows.getBigDecimal(1);
        }
    }

    /// The receipts of these requests, by id.
    public static Map<String, JsonNode> receipts(Collection<String> ids) throws Exception {
        var found = new HashMap<String, JsonNode>();
        try (var connection = Product.database()) {
            KeptPayloads.payloads(Database.over(connection), ids)
                    .forEach((id, payload) -> found.put(id, JSON.readTree(payload)));
        }
        return found;
    }

    private static void none(String sql) throws Exception {
        assertThat(one(sql)).as(sql).isEqualByComparingTo("0");
    }
}
