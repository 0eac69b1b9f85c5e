package org.allodium.billing;

import java.math.BigDecimal;
import java.time.Instant;
import org.allodium.kernel.Money;

/// One line of the price list, in force from `from` until a later one of its model. Never edited.
/// Money per million tokens; `cachedAnswer` is the flat price of an answer replayed from the cache.
public record ModelPrice(
        String model,
        Money inputPerMillion,
        Money outputPerMillion,
        Money cachedAnswer,
        Instant from) {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /// Exact: a price has at most six decimals per million tokens.
    public Money of(long inputTokens, long outputTokens) {
        return new Money(
                inputPerMillion
                        .amount()
                        .multiply(BigDecimal.valueOf(inputTokens))
                        .add(outputPerMillion.amount().multiply(BigDecimal.valueOf(outputTokens)))
                        .divide(MILLION),
                inputPerMillion.currency());
    }
}
