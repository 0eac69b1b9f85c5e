package org.allodium.billing;

/// What became of a request's money.
public enum Fate {
    /// Nothing of it left the house: it was never opened, or released.
    UNKNOWN,
    /// It runs, or waits for recovery.
    OPEN,
    SETTLED
}
