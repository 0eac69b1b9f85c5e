package org.allodium.billing.internal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome;
import org.jspecify.annotations.Nullable;

/// What changes leases.
sealed interface LeaseCommand {

    /// A request that found too little in memory. `refusal`: what the present attempt found.
    final class Wish implements LeaseCommand {
        final Intent intent;
        final Instant deadline;
        final Consumer<Optional<Wallet.Taken>> then;
        final CompletableFuture<ReserveOutcome> future = new CompletableFuture<>();
        @Nullable ReserveOutcome refusal;
        int recalls;
        private final AtomicBoolean answered = new AtomicBoolean();

        /// @param then hears once what the request got, before whoever waits
        Wish(Intent intent, Instant deadline, Consumer<Optional<Wallet.Taken>> then) {
            this.intent = intent;
            this.deadline = deadline;
            this.then = then;
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

    /// Returns what was not touched since of these wallets, which ask meanwhile.
    record GiveBack(List<Wallet> wallets, Instant idleSince, CompletableFuture<Void> future)
            implements LeaseCommand {
        public GiveBack {
            wallets = List.copyOf(wallets);
        }
    }
}
