package org.allodium.billing.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.allodium.billing.SettledRequest;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// The requests that this node has reserved and not yet closed, so that readers can wait for them.
/// Memory only: the database knows them too.
final class Ongoing {
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final Marks marks;

    Ongoing(Marks marks) {
        this.marks = marks;
    }

    /// `end` is empty when the request was released and left nothing to show.
    private static final class Entry {
        final TenantId tenant;
        final CompletableFuture<Optional<SettledRequest>> end = new CompletableFuture<>();
        volatile boolean answered;

        Entry(TenantId tenant) {
            this.tenant = tenant;
        }
    }

    /// False when a request of this id is under way.
    boolean begin(String requestId, TenantId tenant) {
        return entries.putIfAbsent(requestId, new Entry(tenant)) == null;
    }

    boolean knows(String requestId) {
        return entries.containsKey(requestId);
    }

    /// From here on readers of the tenant's usage wait for it.
    void answered(String requestId) {
        var entry = entries.get(requestId);
        if (entry != null) {
            entry.answered = true;
        }
    }

    void ended(String requestId, @Nullable SettledRequest settled) {
        marks.forget(requestId);
        var entry = entries.remove(requestId);
        if (entry != null) {
            entry.end.complete(Optional.ofNullable(settled));
        }
    }

    /// It could not be closed: nobody waits, and the next start's recovery finds the intent.
    void stuck(String requestId, Throwable cause) {
        var entry = entries.get(requestId);
        if (entry != null) {
            entry.end.completeExceptionally(cause);
        }
    }

    /// Empty when nothing of this id runs for this tenant.
    Optional<CompletableFuture<Optional<SettledRequest>>> end(TenantId tenant, String requestId) {
        return Optional.ofNullable(entries.get(requestId))
                .filter(entry -> entry.tenant.equals(tenant))
                .map(entry -> entry.end);
    }

    List<CompletableFuture<Optional<SettledRequest>>> answeredOf(TenantId tenant) {
        return entries.values().stream()
                .filter(entry -> entry.answered && entry.tenant.equals(tenant))
                .map(entry -> entry.end)
                .toList();
    }

    /// False when it took too long.
    static boolean await(CompletableFuture<?> end, Duration atMost) {
        try {
            end.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
