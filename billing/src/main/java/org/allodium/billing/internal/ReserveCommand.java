package org.allodium.billing.internal;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveRequest;
import org.jspecify.annotations.Nullable;

/// A caller that waits for its intent to be durable, until `deadline`. `outcome` is what the
/// present attempt found.
final class ReserveCommand {
    final ReserveRequest request;
    final Instant deadline;
    final CompletableFuture<ReserveOutcome> future = new CompletableFuture<>();
    @Nullable ReserveOutcome outcome;
    private final AtomicBoolean answered = new AtomicBoolean();

    ReserveCommand(ReserveRequest request, Instant deadline) {
        this.request = request;
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
