package org.allodium.billing.internal;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.allodium.billing.GrantId;
import org.allodium.billing.ModelPrice;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.Money;
import org.jdbi.v3.core.result.RowView;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a slot says, as JSON: written for each request, read after a crash. Amounts are text.
final class SlotText {
    private static final JsonMapper JSON = JsonMapper.shared();

    // Of most intents, in characters.
    private static final int LENGTH = 2_048;

    private SlotText() {}

    static String intent(OpenIntent intent) {
        return text(
                json -> {
                    var price = intent.price();
                    json.writeStringProperty("model", price.model());
                    amount(json, "input_per_million", price.inputPerMillion());
                    amount(json, "output_per_million", price.outputPerMillion());
                    amount(json, "cached_answer", price.cachedAnswer());
                    json.writeStringProperty("price_from", price.from().toString());
                    json.writeNumberProperty("input_tokens", intent.inputTokens());
                    amount(json, "ceiling", intent.ceiling());
                    json.writeStringProperty(
                            "currency", intent.ceiling().currency().getCurrencyCode());
                    json.writeBooleanProperty("closes_first", true);
                    json.writeArrayPropertyStart("holds");
                    intent.holds().forEach(hold -> write(json, hold));
                    json.writeEndArray();
                    json.writeArrayPropertyStart("shares");
                    intent.shares().forEach(share -> write(json, share));
                    json.writeEndArray();
                    json.writeName("receipt");
                    json.writeRawValue(intent.receipt().toJson());
                });
    }

    static String closing(Settlement settlement) {
        return text(
                json -> {
                    json.writeStringProperty("outcome", settlement.outcome().name());
                    json.writeNumberProperty("input_tokens", settlement.inputTokens());
                    json.writeNumberProperty("output_tokens", settlement.outputTokens());
                    json.writeBooleanProperty("from_cache", settlement.fromCache());
                    json.writeName("making");
                    json.writeRawValue(settlement.making().toJson());
                });
    }

    /// A row of slots.
    static OpenIntent intent(RowView row) {
        var json = JSON.readTree(row.getColumn("intent", String.class));
        var currency = Currency.getInstance(json.path("currency").asString());
        var price =
                new ModelPrice(
                        json.path("model").asString(),
                        amount(json, "input_per_million", currency),
                        amount(json, "output_per_million", currency),
                        amount(json, "cached_answer", currency),
                        Instant.parse(json.path("price_from").asString()));
        var receipt = Receipt.Draft.fromJson(json.path("receipt").toString());
        var caller = receipt.request().caller();
        return new OpenIntent(
                row.getColumn("request_id", String.class),
                new Slot(row.getColumn("run", Long.class), row.getColumn("slot", Integer.class)),
                row.getColumn("opened_at", Instant.class),
                caller.tenant(),
                caller.project(),
                caller.subject(),
                price,
                json.path("input_tokens").asLong(),
                amount(json, "ceiling", currency),
                receipt,
                holds(json, currency),
                shares(json),
                Optional.empty());
    }

    /// False of intents that a release opened which let the last byte go first.
    static boolean closesFirst(RowView row) {
        return JSON.readTree(row.getColumn("intent", String.class))
                .path("closes_first")
                .asBoolean();
    }

    static Settlement closing(String requestId, String closing) {
        var json = JSON.readTree(closing);
        return new Settlement(
                requestId,
                json.path("input_tokens").asLong(),
                json.path("output_tokens").asLong(),
                json.path("from_cache").asBoolean(),
                Settlement.Outcome.valueOf(json.path("outcome").asString()),
                Receipt.Making.fromJson(json.path("making").toString()));
    }

    private static List<Payment> holds(JsonNode json, Currency currency) {
        var holds = new ArrayList<Payment>();
        for (var hold : json.path("holds")) {
            holds.add(
                    new Payment(
                            new GrantId(UUID.fromString(hold.path("grant").asString())),
                            hold.path("funder").asString(),
                            hold.path("programme").asString(),
                            amount(hold, "amount", currency)));
        }
        return holds;
    }

    private static List<OpenIntent.Share> shares(JsonNode json) {
        var shares = new ArrayList<OpenIntent.Share>();
        for (var share : json.path("shares")) {
            shares.add(
                    new OpenIntent.Share(
                            UUID.fromString(share.path("allowance").asString()),
                            Allowance.Level.valueOf(share.path("level").asString()),
                            new BigDecimal(share.path("amount").asString())));
        }
        return shares;
    }

    private static void write(JsonGenerator json, Payment hold) {
        json.writeStartObject();
        json.writeStringProperty("grant", hold.grant().toString());
        json.writeStringProperty("funder", hold.funder());
        json.writeStringProperty("programme", hold.programme());
        amount(json, "amount", hold.amount());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, OpenIntent.Share share) {
        json.writeStartObject();
        json.writeStringProperty("allowance", share.allowance().toString());
        json.writeStringProperty("level", share.level().name());
        json.writeStringProperty("amount", share.amount().toPlainString());
        json.writeEndObject();
    }

    private static void amount(JsonGenerator json, String name, Money money) {
        json.writeStringProperty(name, money.amount().toPlainString());
    }

    private static Money amount(JsonNode json, String name, Currency currency) {
        return new Money(new BigDecimal(json.path(name).asString()), currency);
    }

    private static String text(Consumer<JsonGenerator> content) {
        var text = new StringWriter(LENGTH);
        try (var json = JSON.createGenerator(text)) {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        }
        return text.toString();
    }
}
