package org.allodium.billing;

/// What became of a request's money.
public enum Fate {
    /// No intent of this id was ever durable.
    UNKNOWN,
    /// It runs, or waits for recovery.
    OPEN,
    RELEASED,
    SETTLED
}
