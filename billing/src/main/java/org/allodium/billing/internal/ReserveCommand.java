package org.allodium.billing.internal;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome;
import org.jspecify.annotations.Nullable;

/// Waits for its intent to be durable, until `deadline`. `outcome`: what the present attempt found.
final class ReserveCommand {
    final Intent intent;
    final Instant deadline;
    final CompletableFuture<ReserveOutcome> future = new CompletableFuture<>();
    @Nullable ReserveOutcome outcome;
    private final AtomicBoolean answered = new AtomicBoolean();

    ReserveCommand(Intent intent, Instant deadline) {
        this.intent = intent;
        this.deadline = deadline;
    }

    /// True once: whoever gets it tells the caller, and nobody else does.
    boolean answer() {
        return answered.compareAndSet(false, true);
    }

    /// Nobody waits for it any longer.
    boolean isAnswered() {
        return answered.get();
    }
}
