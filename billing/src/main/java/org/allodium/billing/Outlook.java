package org.allodium.billing;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.allodium.kernel.Money;

/// What becomes of running grants when the spending of the last seven days goes on. Grants pay in
/// their order, one after the other; what a grant has left at its end lapses.
/// @param parts one for each running grant, in the order in which they pay
/// @param lastsUntil when no grant, used up or ended, can pay any more; empty without spending
public record Outlook(List<Part> parts, Optional<Instant> lastsUntil) {
    public static final int PACE_DAYS = 7;

    private static final BigDecimal PACE_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(PACE_DAYS).toSeconds());

    public Outlook {
        parts = List.copyOf(parts);
    }

    /// @param lapsing what is left unspent at the grant's end, to the smallest coin
    /// @param usedUpAt when it has paid its last; empty when a part lapses
    public record Part(Grant grant, Money lapsing, Optional<Instant> usedUpAt) {}

    /// @param grants in the order in which they pay, in one currency
    /// @param lastWeek what was spent in the last seven days
    public static Outlook of(List<Grant> grants, Money lastWeek, Instant now) {
        var purses = grants.stream().filter(grant -> !grant.ended()).map(Purse::new).toList();
        var cursor = now;
        if (lastWeek.isPositive()) {
            var paying = paying(purses, cursor);
            while (paying.isPresent()) {
                cursor = paying.get().payFrom(cursor, lastWeek.amount());
                paying = paying(purses, cursor);
            }
        }
        var parts = new ArrayList<Part>();
        purses.forEach(purse -> parts.add(purse.outcome()));
        return new Outlook(parts, lastWeek.isPositive() ? Optional.of(cursor) : Optional.empty());
    }

    private static Optional<Purse> paying(List<Purse> purses, Instant at) {
        return purses.stream().filter(purse -> purse.pays(at)).findFirst();
    }

    /// What one grant has left while time goes on.
    private static final class Purse {
        private final Grant grant;
        private BigDecimal left;
        private Optional<Instant> usedUpAt = Optional.empty();

        Purse(Grant grant) {
            this.grant = grant;
            this.left = grant.available().amount();
        }

        boolean pays(Instant at) {
            return left.signum() > 0 && at.isBefore(grant.endsAt());
        }

        /// Pays all that is spent until it is used up or ends, and returns when that is.
        Instant payFrom(Instant from, BigDecimal lastWeek) {
            var enough =
                    left.multiply(PACE_SECONDS)
                            .divide(lastWeek, 0, RoundingMode.CEILING)
                            .min(BigDecimal.valueOf(Long.MAX_VALUE / 2_000_000_000L));
            var usedUp = from.plusSeconds(enough.longValueExact());
            if (!usedUp.isAfter(grant.endsAt())) {
                left = BigDecimal.ZERO;
                usedUpAt = Optional.of(usedUp);
                return usedUp;
            }
            var seconds = BigDecimal.valueOf(Duration.between(from, grant.endsAt()).toSeconds());
            var paid = lastWeek.multiply(seconds).divide(PACE_SECONDS, MathContext.DECIMAL64);
            left = left.subtract(paid).max(BigDecimal.ZERO);
            return grant.endsAt();
        }

        Part outcome() {
            var currency = grant.granted().currency();
            var coins = left.setScale(currency.getDefaultFractionDigits(), RoundingMode.HALF_EVEN);
            return new Part(grant, new Money(coins, currency), usedUpAt);
        }
    }
}
