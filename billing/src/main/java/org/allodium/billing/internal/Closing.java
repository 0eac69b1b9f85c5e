package org.allodium.billing.internal;

import java.util.concurrent.CompletableFuture;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import org.allodium.kernel.Refused;
import org.jspecify.annotations.Nullable;

/// What may happen to an open intent. The mutable parts are what the present attempt found.
sealed interface Closing {
    String requestId();

    /// Charge what was used and give the rest back.
    final class Settle implements Closing {
        final Settlement settlement;
        final CompletableFuture<SettledRequest> future = new CompletableFuture<>();
        @Nullable SettledRequest result;
        @Nullable Refused refusal;

        Settle(Settlement settlement) {
            this.settlement = settlement;
        }

        @Override
        public String requestId() {
            return settlement.requestId();
        }
    }

    /// Give everything back.
    final class Release implements Closing {
        final CompletableFuture<Void> future = new CompletableFuture<>();
        private final String requestId;

        Release(String requestId) {
            this.requestId = requestId;
        }

        @Override
        public String requestId() {
            return requestId;
        }
    }
}
