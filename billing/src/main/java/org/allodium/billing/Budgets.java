package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.allodium.tenancy.TenantId;

/// Reserve before, settle after, exactly once. Group commits: many callers share one transaction.
@ApplicationScoped
public class Budgets {
    /// Completes when the intent is durable, or refused. Ceilings of all running requests never
    /// exceed the grants.
    public CompletableFuture<ReserveOutcome> reserve(ReserveRequest request) {
        throw new UnsupportedOperationException();
    }

    /// Completes when usage, ledger entries and receipt are durable, in one transaction. A second
    /// call for the same
    /// request changes nothing and returns the first result.
    public CompletableFuture<SettledRequest> settle(Settlement settlement) {
        throw new UnsupportedOperationException();
    }

    /// Gives the whole reservation back: nothing was released to the client.
    public CompletableFuture<Void> release(String requestId) {
        throw new UnsupportedOperationException();
    }

    /// Notes durably how many output tokens have been released, for recovery after a crash. Does
    /// not block.
    public void progress(String requestId, long outputTokensReleased) {
        throw new UnsupportedOperationException();
    }

    /// Waits until the request is settled, if it is running; empty when unknown to this tenant or
    /// not in time.
    public Optional<SettledRequest> awaitSettled(
            TenantId tenant, String requestId, Duration atMost) {
        throw new UnsupportedOperationException();
    }

    /// Waits until all of this tenant's requests that were answered before this call are settled.
    public void awaitQuiescence(TenantId tenant, Duration atMost) {
        throw new UnsupportedOperationException();
    }
}
