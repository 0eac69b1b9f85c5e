package org.allodium.billing;

import org.allodium.kernel.Money;

/// Only `Reserved` holds money, and it must be settled or released.
public sealed interface ReserveOutcome {
    /// Durable: the intent is committed.
    record Reserved(String requestId) implements ReserveOutcome {}

    /// Nothing is held. `available` is what the tenant's grants could still pay.
    record BudgetSpent(Money available, Money needed) implements ReserveOutcome {}

    /// Nothing is held. Under this consent to spill `used` tokens of `cap` are used or held by
    /// running requests, and `needed` more do not fit.
    record SpillSpent(String consent, long cap, long used, long needed) implements ReserveOutcome {}
}
