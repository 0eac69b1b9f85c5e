package org.allodium.billing;

import tools.jackson.databind.node.ObjectNode;

/// What a request used. `outcome` goes into usage and receipt; `receiptFacts` are merged into the
/// intent's receipt
/// (pool that answered, cache source, finish reason).
public record Settlement(
        String requestId,
        long inputTokens,
        long outputTokens,
        boolean fromCache,
        Outcome outcome,
        ObjectNode receiptFacts) {
    public enum Outcome {
        COMPLETED,
        /// The client went away: charged for what was released.
        CANCELLED,
        /// The engine failed after the first byte: charged for what was released.
        FAILED,
        /// Closed by recovery after a crash.
        INTERRUPTED
    }
}
