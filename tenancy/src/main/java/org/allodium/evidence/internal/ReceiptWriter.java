package org.allodium.evidence.internal;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.Receipt.Attestation;
import org.allodium.evidence.Receipt.Bill;
import org.allodium.evidence.Receipt.Cache;
import org.allodium.evidence.Receipt.Computing;
import org.allodium.evidence.Receipt.Decision;
import org.allodium.evidence.Receipt.Energy;
import org.allodium.evidence.Receipt.Making;
import org.allodium.evidence.Receipt.Payment;
import org.allodium.evidence.Receipt.Price;
import org.allodium.evidence.Receipt.Request;
import org.allodium.evidence.Receipt.Retrieval;
import org.allodium.evidence.Receipt.Site;
import org.allodium.evidence.Receipt.Usage;
import org.allodium.evidence.Receipt.Verdict;
import org.allodium.evidence.ReceiptSchema;
import org.allodium.kernel.Money;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// The one form in which receipts are written: these names, in this order, without spaces. Amounts
/// are text, so that no reader's floating point changes them.
public final class ReceiptWriter {
    private static final JsonMapper JSON = JsonMapper.shared();

    // Of most receipts, in characters.
    private static final int LENGTH = 2_048;

    private final JsonGenerator json;

    private ReceiptWriter(JsonGenerator json) {
        this.json = json;
    }

    public static String receipt(Receipt receipt) {
        return text(
                to -> {
                    to.head(receipt.version());
                    to.request(receipt.request());
                    to.decision(receipt.decision());
                    to.made(receipt.making());
                    to.bill(receipt.bill());
                });
    }

    public static String draft(Receipt.Draft draft) {
        return text(
                to -> {
                    to.head(ReceiptSchema.LATEST);
                    to.request(draft.request());
                    to.decision(draft.decision());
                    to.made(draft.making());
                });
    }

    public static String making(Making making) {
        return text(to -> to.made(making));
    }

    private static String text(Consumer<ReceiptWriter> content) {
        var text = new StringWriter(LENGTH);
        try (var json = JSON.createGenerator(text)) {
            json.writeStartObject();
            content.accept(new ReceiptWriter(json));
            json.writeEndObject();
        }
        return text.toString();
    }

    private void head(int version) {
        text("object", "receipt");
        json.writeNumberProperty("version", version);
        // The first version did not name its schema.
        if (version > 1) {
            text("schema", ReceiptSchema.address(version));
        }
    }

    private void request(Request request) {
        text("id", request.id());
        text("time", request.time().toString());
        var caller = request.caller();
        text("tenant", caller.tenant().toString());
        text("project", caller.project().toString());
        json.writeName("key");
        caller.key().map(UUID::toString).ifPresentOrElse(json::writeString, json::writeNull);
        text("key_name", caller.keyName());
        text("subject", caller.subject());
        json.writeObjectPropertyStart("model");
        text("name", request.model().name());
        text("digest", request.model().digest());
        text("openness", request.model().openness());
        json.writeEndObject();
    }

    private void decision(Decision decision) {
        json.writeObjectPropertyStart("decision");
        decision.hash().ifPresent(hash -> text("hash", hash));
        text("at", decision.at().toString());
        text("policy", decision.policy());
        text("policy_hash", decision.policyHash());
        text("fact_snapshot", decision.factSnapshot());
        json.writeNumberProperty("epoch", decision.epoch());
        json.writeArrayPropertyStart("verdicts");
        decision.verdicts().forEach(this::verdict);
        json.writeEndArray();
        json.writeEndObject();
    }

    private void verdict(Verdict verdict) {
        json.writeStartObject();
        text("pool", verdict.pool());
        json.writeBooleanProperty("eligible", verdict.eligible());
        json.writeBooleanProperty("spill", verdict.spill());
        verdict.retrieval().ifPresent(pool -> text("retrieval", pool));
        texts("failed", verdict.failed());
        json.writeEndObject();
    }

    private void made(Making making) {
        making.site().ifPresent(this::site);
        making.secondSite()
                .ifPresent(
                        second -> {
                            json.writeObjectPropertyStart("second_site");
                            site(second);
                            json.writeEndObject();
                        });
        making.energy().ifPresent(this::energy);
        making.retrieval().ifPresent(this::retrieval);
        making.cache().ifPresent(this::cache);
        making.finishReasons().ifPresent(reasons -> texts("finish_reasons", reasons));
        making.delivery().ifPresent(delivery -> text("delivery", delivery));
    }

    private void site(Site site) {
        text("pool", site.pool());
        json.writeObjectPropertyStart("place");
        text("facility", site.place().facility());
        text("country", site.place().country());
        text("controlled_from", site.place().controlledFrom());
        json.writeBooleanProperty("national", site.place().national());
        json.writeEndObject();
        json.writeObjectPropertyStart("operator");
        text("id", site.operator().id());
        text("name", site.operator().name());
        text("country", site.operator().country());
        json.writeEndObject();
        site.computing().ifPresent(this::computing);
        site.attestation().ifPresent(this::attestation);
    }

    private void computing(Computing computing) {
        json.writeObjectPropertyStart("computing");
        text("kernel", computing.kernel());
        computing.instructionSet().ifPresent(set -> text("instruction_set", set));
        text("precision", computing.precision());
        json.writeEndObject();
    }

    private void attestation(Attestation attestation) {
        json.writeObjectPropertyStart("attestation");
        text("kind", attestation.kind());
        text("evidence", attestation.evidence());
        text("verified", attestation.verified().toString());
        json.writeEndObject();
    }

    private void energy(Energy energy) {
        json.writeObjectPropertyStart("energy");
        text("joules", plain(energy.joules()));
        text("method", energy.method());
        json.writeEndObject();
    }

    private void retrieval(Retrieval retrieval) {
        json.writeObjectPropertyStart("retrieval");
        text("corpus", retrieval.corpus());
        text("corpus_digest", retrieval.corpusDigest());
        json.writeObjectPropertyStart("encoder");
        text("name", retrieval.encoder().name());
        text("digest", retrieval.encoder().digest());
        json.writeEndObject();
        site(retrieval.site());
        json.writeNumberProperty("tokens", retrieval.tokens());
        texts("passages", retrieval.passages());
        json.writeEndObject();
    }

    private void cache(Cache cache) {
        json.writeObjectPropertyStart("cache");
        json.writeBooleanProperty("hit", cache.hit());
        text("source_receipt", cache.sourceReceipt());
        json.writeEndObject();
    }

    private void bill(Bill bill) {
        text("outcome", bill.outcome());
        text("settled_at", bill.settledAt().toString());
        usage(bill.usage());
        price(bill.price());
        amount("cost", bill.cost());
        text("currency", bill.cost().currency().getCurrencyCode());
        json.writeArrayPropertyStart("payments");
        bill.payments().forEach(this::payment);
        json.writeEndArray();
    }

    private void usage(Usage usage) {
        json.writeObjectPropertyStart("usage");
        json.writeNumberProperty("input_tokens", usage.inputTokens());
        json.writeNumberProperty("output_tokens", usage.outputTokens());
        json.writeBooleanProperty("from_cache", usage.fromCache());
        json.writeEndObject();
    }

    private void price(Price price) {
        json.writeObjectPropertyStart("price");
        amount("input_per_million", price.inputPerMillion());
        amount("output_per_million", price.outputPerMillion());
        amount("cached_answer", price.cachedAnswer());
        text("from", price.from().toString());
        json.writeEndObject();
    }

    private void payment(Payment payment) {
        json.writeStartObject();
        text("grant", payment.grant().toString());
        text("funder", payment.funder());
        text("programme", payment.programme());
        amount("amount", payment.amount());
        json.writeEndObject();
    }

    private void text(String name, String value) {
        json.writeStringProperty(name, value);
    }

    private void texts(String name, List<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }

    private void amount(String name, Money money) {
        text(name, plain(money.amount()));
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
