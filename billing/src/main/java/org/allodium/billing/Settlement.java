package org.allodium.billing;

import org.allodium.evidence.Receipt;

/// What a request used. `outcome` goes into usage and receipt; `making` replaces what was expected.
public record Settlement(
        String requestId,
        long inputTokens,
        long outputTokens,
        boolean fromCache,
        Outcome outcome,
        Receipt.Making making) {
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
