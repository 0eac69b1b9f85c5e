package org.allodium.billing.internal;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.Money;

/// What a receipt says of the money.
final class Bills {
    private Bills() {}

    static Receipt.Bill of(
            OpenIntent intent,
            Settlement settlement,
            Money cost,
            List<Payment> payments,
            Instant now) {
        var price = intent.price();
        return new Receipt.Bill(
                settlement.outcome().name().toLowerCase(Locale.ROOT),
                now,
                new Receipt.Usage(
                        settlement.inputTokens(),
                        settlement.outputTokens(),
                        settlement.fromCache()),
                new Receipt.Price(
                        price.inputPerMillion(),
                        price.outputPerMillion(),
                        price.cachedAnswer(),
                        price.from()),
                cost,
                payments.stream()
                        .map(
                                payment ->
                                        new Receipt.Payment(
                                                payment.grant().value(),
                                                payment.funder(),
                                                payment.programme(),
                                                payment.amount()))
                        .toList());
    }
}
