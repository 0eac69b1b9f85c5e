package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/// A running grant under lock, and what it can still pay within the present transaction.
final class Purse {
    /// The written order of payment: priority, nearest end, oldest.
    static final Comparator<Purse> ORDER =
            Comparator.comparingInt((Purse purse) -> purse.priority)
                    .thenComparing(purse -> purse.endsAt)
                    .thenComparing(purse -> purse.createdAt)
                    .thenComparing(purse -> purse.grant);

    final UUID grant;
    private final int priority;
    private final Instant endsAt;
    private final Instant createdAt;
    private BigDecimal available;
    private BigDecimal taken = BigDecimal.ZERO;

    Purse(UUID grant, int priority, Instant endsAt, Instant createdAt, BigDecimal available) {
        this.grant = grant;
        this.priority = priority;
        this.endsAt = endsAt;
        this.createdAt = createdAt;
        this.available = available;
    }

    /// One grant's part of a sum.
    record Share(UUID grant, BigDecimal amount) {}

    BigDecimal available() {
        return available;
    }

    /// Since the lock was taken.
    BigDecimal taken() {
        return taken;
    }

    static BigDecimal total(List<Purse> purses) {
        return purses.stream().map(Purse::available).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /// The whole amount, taken in the given order; the caller has seen that it is there.
    static List<Share> take(List<Purse> ordered, BigDecimal amount) {
        var shares = new ArrayList<Share>();
        var missing = amount;
        for (var purse : ordered) {
            var part = purse.available.min(missing);
            if (part.signum() > 0) {
                purse.available = purse.available.subtract(part);
                purse.taken = purse.taken.add(part);
                missing = missing.subtract(part);
                shares.add(new Share(purse.grant, part));
            }
        }
        if (missing.signum() != 0) {
            throw new IllegalStateException("Taking more than there is");
        }
        return shares;
    }
}
