package org.allodium.billing.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.allodium.billing.Fate;
import org.allodium.billing.SettledRequest;

/// Waits until a request is settled: what runs here says so itself, and what runs at another node
/// is looked for in the database, ever less often.
final class SettledWait {
    private static final long FIRST_NAP_MILLIS = 10;
    private static final long LONGEST_NAP_MILLIS = 200;

    private SettledWait() {}

    /// @param here completes with the end of a request of this node; empty for any other
    static Optional<SettledRequest> await(
            Optional<CompletableFuture<Optional<SettledRequest>>> here,
            Supplier<Fate> fate,
            Supplier<Optional<SettledRequest>> settled,
            Duration atMost) {
        if (here.isPresent()) {
            return Ongoing.await(here.get(), atMost) ? settled.get() : Optional.empty();
        }
        long begun = System.nanoTime();
        long nap = FIRST_NAP_MILLIS;
        var found = settled.get();
        while (found.isEmpty()
                && fate.get() == Fate.OPEN
                && System.nanoTime() - begun < atMost.toNanos()
                && slept(nap)) {
            nap = Math.min(2 * nap, LONGEST_NAP_MILLIS);
            found = settled.get();
        }
        // Settled between the two looks.
        return found.isPresent() ? found : settled.get();
    }

    private static boolean slept(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
