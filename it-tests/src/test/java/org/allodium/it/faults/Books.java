package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.allodium.it.product.Product;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What usage, ledger and receipts say, read behind the product's back.
final class Books {
    private static final JsonMapper JSON = new JsonMapper();

    private Books() {}

    /// Nothing is spent twice, and every charge has its receipt.
    static void addUp() throws Exception {
        assertThat(
                        one(
                                "select count(*) from billing.grant_balance where spent + reserved > granted"))
                .isZero();
        assertThat(
                        one(
                                "select (select coalesce(sum(spent), 0) from billing.grant_balance)"
                                        + " - (select coalesce(sum(cost), 0) from billing.usage_event)"))
                .isZero();
        assertThat(
                        one(
                                "select count(*) from billing.usage_event u where not exists"
                                        + " (select 1 from evidence.receipt r where r.id = u.request_id)"))
                .as("every charge has its receipt")
                .isZero();
    }

    static BigDecimal one(String sql) throws Exception {
        try (var database = Product.database();
                var query = database.createStatement();
                var rows = query.executeQuery(sql)) {
            rows.next();
            return rows.getBigDecimal(1);
        }
    }

    /// The receipts of these requests, by id.
    static Map<String, JsonNode> receipts(Collection<String> ids) throws Exception {
        var found = new HashMap<String, JsonNode>();
        try (var database = Product.database();
                var select =
                        database.prepareStatement(
                                "select id, jws from evidence.receipt where id = any(?)")) {
            select.setArray(1, database.createArrayOf("text", ids.toArray()));
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    var payload = rows.getString(2).split("\\.")[1];
                    found.put(
                            rows.getString(1),
                            JSON.readTree(
                                    new String(
                                            Base64.getUrlDecoder().decode(payload),
                                            StandardCharsets.UTF_8)));
                }
            }
        }
        return found;
    }
}
