package org.allodium.portal.receipts;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.allodium.evidence.SignedReceipt;
import org.allodium.kernel.Money;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads what a receipt says. A part that a receipt lacks reads as empty: older receipts stay
/// readable.
final class ReceiptStory {
    /// What the decision said of one pool; `failed` are the rules that it fails.
    record Verdict(String pool, boolean eligible, List<String> failed) {
        Verdict {
            failed = List.copyOf(failed);
        }
    }

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final JsonNode claims;

    private ReceiptStory(JsonNode claims) {
        this.claims = claims;
    }

    static ReceiptStory of(SignedReceipt receipt) {
        return new ReceiptStory(payload(receipt));
    }

    static String pretty(SignedReceipt receipt) {
        return JSON.writeValueAsString(payload(receipt));
    }

    String text(String... path) {
        return at(path).asString("");
    }

    long number(String... path) {
        return at(path).asLong(0);
    }

    List<String> texts(String... path) {
        return at(path).valueStream().map(value -> value.asString("")).toList();
    }

    Optional<Money> cost() {
        var cost = text("cost");
        var currency = text("currency");
        return cost.isEmpty() || currency.isEmpty()
                ? Optional.empty()
                : Optional.of(new Money(new BigDecimal(cost), Currency.getInstance(currency)));
    }

    List<Verdict> verdicts() {
        var verdicts = new ArrayList<Verdict>();
        for (var verdict : claims.path("decision").path("verdicts")) {
            var failed = new ArrayList<String>();
            verdict.path("failed").forEach(rule -> failed.add(rule.asString("")));
            verdicts.add(
                    new Verdict(
                            verdict.path("pool").asString(""),
                            verdict.path("eligible").asBoolean(false),
                            failed));
        }
        return verdicts;
    }

    private JsonNode at(String... path) {
        var node = claims;
        for (var step : path) {
            node = node.path(step);
        }
        return node;
    }

    private static JsonNode payload(SignedReceipt receipt) {
        var parts = receipt.jws().split("\\.", -1);
        return JSON.readTree(
                new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
    }
}
