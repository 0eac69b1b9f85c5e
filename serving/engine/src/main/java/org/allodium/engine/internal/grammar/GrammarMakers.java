package org.allodium.engine.internal.grammar;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.allodium.engine.EngineBusy;
import org.allodium.engine.FormatRefused;

/// Makes grammars of what callers prescribe, on few threads of its own: what a schema costs to read
/// neither holds up the threads of requests nor takes all cores. Each has a bound of steps, memory
/// and time, and is given up when whoever waits for it is interrupted.
final class GrammarMakers {
    /// From being asked to the end, waiting included.
    static final Duration LONGEST = Duration.ofSeconds(2);

    /// About half a second of a core.
    static final long MOST_STEPS = 20_000_000;

    static final long MOST_BYTES = 16L << 20;

    private static final int THREADS = 2;
    private static final int MOST_WAITING = 32;
    private static final long IDLE_SECONDS = 10;

    static final GrammarMakers SHARED =
            new GrammarMakers(THREADS, MOST_WAITING, MOST_STEPS, System::nanoTime);

    private final ThreadPoolExecutor threads;
    private final long mostSteps;
    private final LongSupplier nanoTime;

    GrammarMakers(int threads, int mostWaiting, long mostSteps, LongSupplier nanoTime) {
        ThreadFactory daemons = Thread.ofPlatform().name("grammar-", 1).daemon().factory();
        this.threads =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(mostWaiting),
                        daemons);
        // No thread outlives the models for long.
        this.threads.allowCoreThreadTimeOut(true);
        this.mostSteps = mostSteps;
        this.nanoTime = nanoTime;
    }

    /// What was made, and the bytes it keeps.
    record Made<T>(T it, long bytes) {}

    /// Blocks until it is made.
    /// @throws FormatRefused if it cannot be, or costs more than is allowed
    /// @throws EngineBusy if too many wait already
    <T> Made<T> make(Callable<T> work) {
        var deadline = nanoTime.getAsLong() + LONGEST.toNanos();
        var effort = new Effort(mostSteps, MOST_BYTES, nanoTime, deadline);
        FutureTask<T> task = queue(() -> effort.within(work));
        try {
            return new Made<>(task.get(), effort.bytes());
        } catch (InterruptedException e) {
            effort.cancel();
            threads.remove(task);
            Thread.currentThread().interrupt();
            throw new CancellationException("Nobody waits for the form any more");
        } catch (ExecutionException e) {
            throw failure(Objects.requireNonNull(e.getCause()));
        }
    }

    <T> FutureTask<T> queue(Callable<T> work) {
        var task = new FutureTask<>(work);
        try {
            threads.execute(task);
            return task;
        } catch (RejectedExecutionException e) {
            throw new EngineBusy("Too many forms of answers are being prepared");
        }
    }

    private static RuntimeException failure(Throwable cause) {
        return switch (cause) {
            case FormatRefused refused -> refused;
            case Effort.Spent spent ->
                    new FormatRefused(
                            "",
                            "The schema takes more work to prepare than is allowed: make it, or its"
                                    + " expressions, simpler.");
            case Dfa.TooLarge large -> new FormatRefused("", "The schema is too large.");
            default -> new IllegalStateException("A grammar could not be made", cause);
        };
    }
}
