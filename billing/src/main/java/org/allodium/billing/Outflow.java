package org.allodium.billing;

import org.allodium.billing.Budgets.Release;

/// What of one running answer leaves the house. It is asked before each part of it and told after
/// it, by one thread; so it looks nothing up.
public interface Outflow {
    /// Whether more may leave. It may for one second after the last durable mark of what had left;
    /// then it pauses, and after five seconds it is cut.
    Release permit();

    /// As [#permit], but blocks while the answer is to pause: until its mark is durable, or it has
    /// waited too long.
    Release await() throws InterruptedException;

    /// How many output tokens have been released, for the next mark. Does not block.
    void released(long outputTokens);
}
