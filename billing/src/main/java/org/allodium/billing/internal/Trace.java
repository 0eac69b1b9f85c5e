package org.allodium.billing.internal;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.allodium.billing.Settlement;

/// What must be durable before more of an answer leaves the house.
sealed interface Trace {
    /// How an answer ended, before its last byte leaves.
    final class ClosingRow implements Trace {
        final Settlement settlement;
        final Instant deadline;
        final CompletableFuture<Void> future = new CompletableFuture<>();
        private volatile boolean given;

        ClosingRow(Settlement settlement, Instant deadline) {
            this.settlement = settlement;
            this.deadline = deadline;
        }

        /// Nobody waits for it any longer, so it must not be written any more.
        void giveUp() {
            given = true;
        }

        boolean givenUp() {
            return given;
        }
    }

    /// How much of each running answer had left at an instant.
    record Mark(Instant at, Map<String, Long> released) implements Trace {
        public Mark {
            released = Map.copyOf(released);
        }
    }
}
