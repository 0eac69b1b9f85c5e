package org.allodium.serving.internal.answers;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks a question that may fail or hang because of what is behind it, again and again, and gives
/// up in time: who asks holds an answer back as long.
final class Asking {
    static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);
    private static final long NAP_MILLIS = 50;

    private final Clock clock;

    Asking(Clock clock) {
        this.clock = clock;
    }

    /// Empty when there was no answer in time. On a thread of its own: one that hangs is left.
    <T> Optional<T> ask(Supplier<T> question) {
        var deadline = clock.instant().plus(PATIENCE);
        var pending = begin(question);
        while (true) {
            try {
                return Optional.of(pending.get(NAP_MILLIS, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                LOG.trace("No answer yet", e);
            } catch (ExecutionException e) {
                LOG.debug("The question failed", e);
                pending = again(question);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
            if (clock.instant().isAfter(deadline)) {
                return Optional.empty();
            }
        }
    }

    private static <T> CompletableFuture<T> begin(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, Thread::startVirtualThread);
    }

    private static <T> CompletableFuture<T> again(Supplier<T> question) {
        return CompletableFuture.supplyAsync(
                question,
                CompletableFuture.delayedExecutor(
                        NAP_MILLIS, TimeUnit.MILLISECONDS, Thread::startVirtualThread));
    }
}
