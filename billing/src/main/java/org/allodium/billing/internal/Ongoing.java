package org.allodium.billing.internal;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.allodium.billing.Intent;
import org.allodium.billing.SettledRequest;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// The requests that this node lets run and has not closed yet, so that readers can wait for them.
/// Memory only: the database knows those that have begun.
final class Ongoing {
    private final ConcurrentHashMap<String, Running> entries = new ConcurrentHashMap<>();
    private final Marks marks;

    Ongoing(Marks marks) {
        this.marks = marks;
    }

    /// `end` is empty when the request was released and left nothing to show.
    static final class Running {
        final TenantId tenant;
        final CompletableFuture<Optional<SettledRequest>> end = new CompletableFuture<>();
        volatile boolean answered;
        volatile @Nullable Intent asked;
        volatile @Nullable OpenIntent intent;
        volatile Trace.@Nullable Opening opening;
        volatile boolean opened;
        volatile Trace.@Nullable ClosingRow concluding;
        private @Nullable Closing closing;

        Running(TenantId tenant) {
            this.tenant = tenant;
        }

        /// The first closing counts; returns that one.
        /// @param with makes it of what the request holds by now
        synchronized Closing close(Function<OpenIntent, Closing> with) {
            if (closing == null) {
                closing = with.apply(Objects.requireNonNull(intent));
            }
            return closing;
        }

        /// False when it is closed: then it holds no more than before.
        synchronized boolean holdMore(Money ceiling, Wallet.Taken taken) {
            var before = intent;
            if (closing != null || before == null) {
                return false;
            }
            intent = before.holdingMore(ceiling, taken.holds(), taken.shares());
            return true;
        }

        /// Nothing of it is on its way to its slot any more.
        CompletableFuture<Void> quiet() {
            var open = opening;
            var concluded = concluding;
            return CompletableFuture.allOf(
                    open == null ? CompletableFuture.completedFuture(null) : open.over,
                    concluded == null ? CompletableFuture.completedFuture(null) : concluded.over);
        }

        /// Its slot may hold it.
        boolean mayBeWritten() {
            return opening != null || concluding != null;
        }
    }

    /// Empty when a request of this id is under way.
    Optional<Running> begin(String requestId, TenantId tenant) {
        var running = new Running(tenant);
        return entries.putIfAbsent(requestId, running) == null
                ? Optional.of(running)
                : Optional.empty();
    }

    Optional<Running> find(String requestId) {
        return Optional.ofNullable(entries.get(requestId));
    }

    boolean knows(String requestId) {
        return entries.containsKey(requestId);
    }

    /// From here on readers of the tenant's usage wait for it.
    void answered(String requestId) {
        find(requestId).ifPresent(entry -> entry.answered = true);
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
        return find(requestId).filter(entry -> entry.tenant.equals(tenant)).map(entry -> entry.end);
    }

    CompletableFuture<Void> allAnsweredOf(TenantId tenant) {
        return all(entry -> entry.answered && entry.tenant.equals(tenant));
    }

    CompletableFuture<Void> allAnswered() {
        return all(entry -> entry.answered);
    }

    private CompletableFuture<Void> all(Predicate<Running> which) {
        return CompletableFuture.allOf(
                entries.values().stream()
                        .filter(which)
                        .map(entry -> entry.end)
                        .toArray(CompletableFuture[]::new));
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
