package org.allodium.billing.internal;

import java.time.Instant;
import java.util.Locale;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Completes a receipt: the intent's draft, the facts of the answer, and the money. Amounts are
/// text, so that no reader's floating point changes them.
final class ReceiptText {
    private ReceiptText() {}

    static ObjectNode merged(OpenIntent intent, Settlement settlement) {
        ObjectNode claims = intent.receipt().deepCopy();
        claims.setAll(settlement.receiptFacts());
        claims.put("id", intent.requestId());
        claims.put("tenant", intent.tenant().toString());
        return claims;
    }

    static void addMoney(
            ObjectNode claims, OpenIntent intent, SettledRequest settled, Instant now) {
        claims.put("outcome", settled.outcome().name().toLowerCase(Locale.ROOT));
        claims.put("settled_at", now.toString());
        var usage = claims.putObject("usage");
        usage.put("input_tokens", settled.inputTokens());
        usage.put("output_tokens", settled.outputTokens());
        usage.put("from_cache", settled.fromCache());
        var price = claims.putObject("price");
        price.put("input_per_million", plain(intent.price().inputPerMillion().amount()));
        price.put("output_per_million", plain(intent.price().outputPerMillion().amount()));
        price.put("cached_answer", plain(intent.price().cachedAnswer().amount()));
        price.put("from", intent.price().from().toString());
        claims.put("cost", plain(settled.cost().amount()));
        claims.put("currency", settled.cost().currency().getCurrencyCode());
        var payments = claims.putArray("payments");
        for (var payment : settled.payments()) {
            var share = payments.addObject();
            share.put("grant", payment.grant().toString());
            share.put("funder", payment.funder());
            share.put("programme", payment.programme());
            share.put("amount", plain(payment.amount().amount()));
        }
    }

    /// A claim that is a name, or an object that has one.
    static String name(ObjectNode claims, String field, String otherwise) {
        JsonNode node = claims.path(field);
        if (node.isObject()) {
            node = node.path(node.has("id") ? "id" : "name");
        }
        return node.isString() && !node.asString().isBlank() ? node.asString() : otherwise;
    }

    private static String plain(java.math.BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
