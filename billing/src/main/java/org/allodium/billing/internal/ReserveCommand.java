package org.allodium.billing.internal;

import java.util.concurrent.CompletableFuture;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveRequest;
import org.jspecify.annotations.Nullable;

/// A caller that waits for its intent to be durable. `outcome` is what the present attempt found.
final class ReserveCommand {
    final ReserveRequest request;
    final CompletableFuture<ReserveOutcome> future = new CompletableFuture<>();
    @Nullable ReserveOutcome outcome;

    ReserveCommand(ReserveRequest request) {
        this.request = request;
    }
}
