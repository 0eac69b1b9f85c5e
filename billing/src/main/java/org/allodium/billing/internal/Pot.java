package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/// What this run may give out of one grant's money or one allowance, without asking the database.
/// Guarded by its owner.
final class Pot {
    final UUID id;
    final Wallet owner;
    private BigDecimal leased = BigDecimal.ZERO;
    private BigDecimal taken = BigDecimal.ZERO;
    private Instant lastUse = Instant.MIN;

    Pot(UUID id, Wallet owner) {
        this.id = id;
        this.owner = owner;
    }

    BigDecimal free() {
        return leased.subtract(taken);
    }

    /// By requests that are not settled yet, at their ceilings.
    BigDecimal taken() {
        return taken;
    }

    boolean isIdleSince(Instant instant) {
        return lastUse.isBefore(instant);
    }

    void take(BigDecimal amount, Instant now) {
        if (amount.compareTo(free()) > 0) {
            throw new IllegalStateException("Taking more than is leased");
        }
        taken = taken.add(amount);
        lastUse = now;
    }

    /// What came over from runs that are gone, and what their open requests hold of it.
    void adopt(BigDecimal amount, BigDecimal held) {
        leased = leased.add(amount);
        taken = taken.add(held);
    }

    /// A request has ended that took `hold`; `used` of it was paid from the lease, durably.
    void end(BigDecimal hold, BigDecimal used, Instant now) {
        taken = taken.subtract(hold);
        leased = leased.subtract(used);
        lastUse = now;
    }

    /// The lease was changed, durably.
    void lease(BigDecimal more) {
        leased = leased.add(more);
    }
}
