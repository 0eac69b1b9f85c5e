package org.allodium.billing.internal;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.allodium.billing.Settlement;
import org.jspecify.annotations.Nullable;

/// What must be durable before more of an answer leaves the house.
sealed interface Trace {

    /// A row of slots. `future` is for the one who waits, who may be told that it takes too long;
    /// `over` completes when nothing of it is on its way to the database any more.
    abstract sealed class SlotRow implements Trace permits Opening, ClosingRow {
        final OpenIntent intent;
        final Instant deadline;
        final CompletableFuture<Void> future = new CompletableFuture<>();
        final CompletableFuture<Void> over = new CompletableFuture<>();
        private volatile boolean given;
        private volatile boolean second;

        SlotRow(OpenIntent intent, Instant deadline) {
            this.intent = intent;
            this.deadline = deadline;
        }

        /// Nobody waits for it any longer, so it must not be written any more.
        void giveUp() {
            given = true;
        }

        boolean givenUp() {
            return given;
        }

        /// Whether another request has its key: then nothing of it is written.
        void comesSecond(boolean is) {
            second = is;
        }

        boolean isSecond() {
            return second;
        }

        /// Whether it takes its request's key, if that has one.
        abstract boolean opens();
    }

    /// What a request intends, before the first byte of its answer leaves.
    final class Opening extends SlotRow {
        private volatile boolean durable;

        Opening(OpenIntent intent, Instant deadline) {
            super(intent, deadline);
        }

        @Override
        boolean opens() {
            return intent.once().isPresent();
        }

        boolean isDurable() {
            return durable;
        }

        void becameDurable() {
            durable = true;
        }
    }

    /// How an answer ended, before its last byte leaves.
    final class ClosingRow extends SlotRow {
        final Settlement settlement;
        private final @Nullable Opening opening;

        ClosingRow(
                OpenIntent intent,
                @Nullable Opening opening,
                Settlement settlement,
                Instant deadline) {
            super(intent, deadline);
            this.settlement = settlement;
            this.opening = opening;
        }

        @Override
        boolean opens() {
            return intent.once().isPresent() && !isOpened();
        }

        /// Whether the slot holds the intent; else both are written at once.
        boolean isOpened() {
            return opening != null && opening.isDurable();
        }
    }

    /// How much of each running answer had left at an instant.
    record Mark(Instant at, Map<String, Long> released) implements Trace {
        public Mark {
            released = Map.copyOf(released);
        }
    }
}
