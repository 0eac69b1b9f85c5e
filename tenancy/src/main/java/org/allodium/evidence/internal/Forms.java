package org.allodium.evidence.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.Receipt.Bill;
import org.allodium.evidence.Receipt.Cache;
import org.allodium.evidence.Receipt.Caller;
import org.allodium.evidence.Receipt.Decision;
import org.allodium.evidence.Receipt.Energy;
import org.allodium.evidence.Receipt.Making;
import org.allodium.evidence.Receipt.Model;
import org.allodium.evidence.Receipt.Payment;
import org.allodium.evidence.Receipt.Request;
import org.allodium.evidence.Receipt.Retrieval;
import org.allodium.evidence.Receipt.Usage;
import org.allodium.kernel.Money;

/// The forms that this node makes of the receipts it sees: one where enough receipts were alike.
/// Until then a receipt takes the latest form of the same model, which serves nearly as well.
final class Forms {
    /// A form is a row of about two kilobytes; so many receipts must have use for it.
    private static final int ENOUGH = 16;

    private static final int MOST = 2_048;
    private static final UUID NOBODY = new UUID(0, 0);

    private final Map<Receipt, Seen> seen = bounded();
    private final Map<Model, ReceiptForm> near = bounded();
    private final Map<Long, Boolean> durable = bounded();

    private static final class Seen {
        int times;
        Optional<ReceiptForm> form = Optional.empty();
    }

    synchronized Optional<ReceiptForm> of(Receipt receipt) {
        var common = blank(receipt);
        var model = receipt.request().model();
        var alike = seen.computeIfAbsent(common, _ -> new Seen());
        if (alike.form.isEmpty() && ++alike.times >= ENOUGH) {
            alike.form = Optional.of(ReceiptForm.of(ReceiptWriter.receipt(common)));
            alike.form.ifPresent(form -> near.put(model, form));
        }
        return alike.form.or(() -> Optional.ofNullable(near.get(model)));
    }

    /// Those that may not be stored yet, in one order for every writer: no deadlock.
    synchronized List<ReceiptForm> unstored(Collection<ReceiptForm> used) {
        return used.stream()
                .distinct()
                .filter(form -> !durable.containsKey(form.id()))
                .sorted(java.util.Comparator.comparingLong(ReceiptForm::id))
                .toList();
    }

    synchronized void stored(Collection<ReceiptForm> forms) {
        forms.forEach(form -> durable.put(form.id(), true));
    }

    /// What is a request's own, or a person's, is left out; what remains is on record elsewhere
    /// for good: model, policy, facts, places, price and programmes.
    static Receipt blank(Receipt receipt) {
        var request = receipt.request();
        return new Receipt(
                receipt.version(),
                new Request(
                        "",
                        Instant.EPOCH,
                        new Caller(NOBODY, NOBODY, request.caller().key().map(_ -> NOBODY), "", ""),
                        request.model()),
                blank(receipt.decision()),
                blank(receipt.making()),
                blank(receipt.bill()));
    }

    private static Decision blank(Decision decision) {
        return new Decision(
                decision.hash().map(_ -> ""),
                Instant.EPOCH,
                decision.policy(),
                decision.policyHash(),
                decision.factSnapshot(),
                decision.epoch(),
                decision.verdicts());
    }

    private static Making blank(Making making) {
        return new Making(
                making.site(),
                making.secondSite(),
                making.energy().map(energy -> new Energy(BigDecimal.ZERO, energy.method())),
                making.retrieval()
                        .map(
                                found ->
                                        new Retrieval(
                                                found.corpus(),
                                                found.corpusDigest(),
                                                found.encoder(),
                                                found.site(),
                                                0,
                                                List.of())),
                making.cache().map(cache -> new Cache(cache.hit(), "")),
                making.finishReasons().map(_ -> List.of("stop")),
                making.delivery());
    }

    private static Bill blank(Bill bill) {
        var nothing = new Money(BigDecimal.ZERO, bill.cost().currency());
        return new Bill(
                bill.outcome(),
                Instant.EPOCH,
                new Usage(0, 0, bill.usage().fromCache()),
                bill.price(),
                nothing,
                bill.payments().stream()
                        .map(
                                payment ->
                                        new Payment(
                                                NOBODY,
                                                payment.funder(),
                                                payment.programme(),
                                                nothing))
                        .toList());
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MOST;
            }
        };
    }
}
