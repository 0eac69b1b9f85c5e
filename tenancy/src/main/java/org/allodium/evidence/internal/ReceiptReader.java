package org.allodium.evidence.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.Receipt.Attestation;
import org.allodium.evidence.Receipt.Bill;
import org.allodium.evidence.Receipt.Cache;
import org.allodium.evidence.Receipt.Caller;
import org.allodium.evidence.Receipt.Computing;
import org.allodium.evidence.Receipt.Decision;
import org.allodium.evidence.Receipt.Encoder;
import org.allodium.evidence.Receipt.Energy;
import org.allodium.evidence.Receipt.Making;
import org.allodium.evidence.Receipt.Model;
import org.allodium.evidence.Receipt.Operator;
import org.allodium.evidence.Receipt.Payment;
import org.allodium.evidence.Receipt.Place;
import org.allodium.evidence.Receipt.Price;
import org.allodium.evidence.Receipt.Request;
import org.allodium.evidence.Receipt.Retrieval;
import org.allodium.evidence.Receipt.Site;
import org.allodium.evidence.Receipt.Usage;
import org.allodium.evidence.Receipt.Verdict;
import org.allodium.kernel.Money;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads receipts of every version, and their parts as an intent and its closing row keep them. It
/// demands what every version has, leaves absent what is absent, and passes over what it does not
/// know.
public final class ReceiptReader {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ReceiptReader() {}

    public static Receipt receipt(String text) {
        var node = parse(text);
        return new Receipt(
                node.required("version").intValue(),
                request(node),
                decision(node.required("decision")),
                making(node),
                bill(node));
    }

    public static Receipt.Draft draft(String text) {
        var node = parse(text);
        return new Receipt.Draft(request(node), decision(node.required("decision")), making(node));
    }

    public static Making making(String text) {
        return making(parse(text));
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("It is no JSON", e);
        }
    }

    private static Request request(JsonNode node) {
        return new Request(
                text(node, "id"),
                time(node, "time"),
                new Caller(
                        id(node, "tenant"),
                        id(node, "project"),
                        maybe(node, "key").map(UUID::fromString),
                        text(node, "key_name"),
                        text(node, "subject")),
                new Model(
                        text(node, "model", "name"),
                        text(node, "model", "digest"),
                        text(node, "model", "openness")));
    }

    private static Decision decision(JsonNode node) {
        return new Decision(
                maybe(node, "hash"),
                time(node, "at"),
                text(node, "policy"),
                text(node, "policy_hash"),
                text(node, "fact_snapshot"),
                node.required("epoch").longValue(),
                each(node.required("verdicts"), ReceiptReader::verdict));
    }

    private static Verdict verdict(JsonNode node) {
        return new Verdict(
                text(node, "pool"),
                node.required("eligible").booleanValue(),
                // The very first receipts did not say it; nothing could spill then.
                node.path("spill").booleanValue(false),
                maybe(node, "retrieval"),
                texts(node.required("failed")));
    }

    private static Making making(JsonNode node) {
        return new Making(
                part(node, "pool").map(_ -> site(node)),
                part(node, "second_site").map(ReceiptReader::site),
                part(node, "energy").map(e -> new Energy(number(e, "joules"), text(e, "method"))),
                part(node, "retrieval").map(ReceiptReader::retrieval),
                part(node, "cache")
                        .map(
                                cache ->
                                        new Cache(
                                                cache.required("hit").booleanValue(),
                                                text(cache, "source_receipt"))),
                part(node, "finish_reasons").map(ReceiptReader::texts),
                maybe(node, "delivery"));
    }

    private static Site site(JsonNode node) {
        var place = node.required("place");
        var operator = node.required("operator");
        return new Site(
                text(node, "pool"),
                new Place(
                        text(place, "facility"),
                        text(place, "country"),
                        text(place, "controlled_from"),
                        place.required("national").booleanValue()),
                new Operator(
                        text(operator, "id"), text(operator, "name"), text(operator, "country")),
                part(node, "computing")
                        .map(
                                with ->
                                        new Computing(
                                                text(with, "kernel"),
                                                maybe(with, "instruction_set"),
                                                text(with, "precision"))),
                part(node, "attestation")
                        .map(
                                said ->
                                        new Attestation(
                                                text(said, "kind"),
                                                text(said, "evidence"),
                                                time(said, "verified"))));
    }

    private static Retrieval retrieval(JsonNode node) {
        return new Retrieval(
                text(node, "corpus"),
                text(node, "corpus_digest"),
                new Encoder(text(node, "encoder", "name"), text(node, "encoder", "digest")),
                site(node),
                node.required("tokens").longValue(),
                texts(node.required("passages")));
    }

    private static Bill bill(JsonNode node) {
        var currency = Currency.getInstance(text(node, "currency"));
        var usage = node.required("usage");
        var price = node.required("price");
        return new Bill(
                text(node, "outcome"),
                time(node, "settled_at"),
                new Usage(
                        usage.required("input_tokens").longValue(),
                        usage.required("output_tokens").longValue(),
                        usage.required("from_cache").booleanValue()),
                new Price(
                        money(price, "input_per_million", currency),
                        money(price, "output_per_million", currency),
                        money(price, "cached_answer", currency),
                        time(price, "from")),
                money(node, "cost", currency),
                each(
                        node.required("payments"),
                        share ->
                                new Payment(
                                        id(share, "grant"),
                                        text(share, "funder"),
                                        text(share, "programme"),
                                        money(share, "amount", currency))));
    }

    private static Optional<JsonNode> part(JsonNode node, String name) {
        return Optional.ofNullable(node.get(name)).filter(part -> !part.isNull());
    }

    private static Optional<String> maybe(JsonNode node, String name) {
        return part(node, name).map(JsonNode::stringValue);
    }

    private static String text(JsonNode node, String name) {
        return node.required(name).stringValue();
    }

    private static String text(JsonNode node, String part, String name) {
        return text(node.required(part), name);
    }

    private static List<String> texts(JsonNode array) {
        return each(array, JsonNode::stringValue);
    }

    private static <T> List<T> each(JsonNode array, Function<JsonNode, T> read) {
        var all = new ArrayList<T>(array.size());
        for (var node : array) {
            all.add(read.apply(node));
        }
        return all;
    }

    private static Instant time(JsonNode node, String name) {
        return Instant.parse(text(node, name));
    }

    private static UUID id(JsonNode node, String name) {
        return UUID.fromString(text(node, name));
    }

    private static BigDecimal number(JsonNode node, String name) {
        return new BigDecimal(text(node, name));
    }

    private static Money money(JsonNode node, String name, Currency currency) {
        return new Money(number(node, name), currency);
    }
}
