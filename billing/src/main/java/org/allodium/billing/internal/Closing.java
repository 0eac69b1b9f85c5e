package org.allodium.billing.internal;

import java.util.concurrent.CompletableFuture;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import org.allodium.kernel.Refused;
import org.jspecify.annotations.Nullable;

/// What may happen to a request that holds money. The mutable parts are what the present attempt
/// found.
sealed interface Closing {
    String requestId();

    /// Charge what was used and give the rest back.
    /// `intent` is absent where the request is not under way: it may have been settled before.
    final class Settle implements Closing {
        final Settlement settlement;
        final @Nullable OpenIntent intent;
        final CompletableFuture<SettledRequest> future = new CompletableFuture<>();
        @Nullable SettledRequest result;
        @Nullable Refused refusal;

        Settle(Settlement settlement, @Nullable OpenIntent intent) {
            this.settlement = settlement;
            this.intent = intent;
        }

        @Override
        public String requestId() {
            return settlement.requestId();
        }
    }

    /// Give everything back.
    final class Release implements Closing {
        final OpenIntent intent;
        final boolean opened;
        final CompletableFuture<Void> future = new CompletableFuture<>();

        /// @param opened its slot may hold it, and its input may have left
        Release(OpenIntent intent, boolean opened) {
            this.intent = intent;
            this.opened = opened;
        }

        @Override
        public String requestId() {
            return intent.requestId();
        }
    }

    /// A slot that a connection wrote before it died, of a request that nobody knows.
    record Clear(Slot slot, String requestId) implements Closing {}
}
