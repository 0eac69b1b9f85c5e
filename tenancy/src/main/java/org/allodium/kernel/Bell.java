package org.allodium.kernel;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/// Wakes all who wait for news, and waits for none of them. Who waits at a lock wakes when the one
/// before has had its turn with it: among thousands of busy threads the last one waits for seconds.
public final class Bell {
    private final AtomicReference<CompletableFuture<Void>> next =
            new AtomicReference<>(new CompletableFuture<>());

    /// Completes when it rings. Taken before looking for what may be new, so that none is missed.
    public CompletableFuture<Void> next() {
        return Objects.requireNonNull(next.get());
    }

    /// After what is new can be seen.
    public void ring() {
        Objects.requireNonNull(next.getAndSet(new CompletableFuture<>())).complete(null);
    }
}
