package org.allodium.engine.internal.grammar;

import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/// What making one caller's grammar may cost: steps of work, time, and the memory of what is kept.
/// It belongs to the working thread; without one, as for parts that all share, nothing is counted.
final class Effort {
    private static final ScopedValue<Effort> CURRENT = ScopedValue.newInstance();
    private static final int STEPS_BETWEEN_LOOKS = 4_096;

    private final long mostSteps;
    private final long mostBytes;
    private final LongSupplier nanoTime;
    private final long deadline;
    private volatile boolean cancelled;
    private long steps;
    private long lookAt = STEPS_BETWEEN_LOOKS;
    private long bytes;

    /// @param deadline of `nanoTime`
    Effort(long mostSteps, long mostBytes, LongSupplier nanoTime, long deadline) {
        this.mostSteps = mostSteps;
        this.mostBytes = mostBytes;
        this.nanoTime = nanoTime;
        this.deadline = deadline;
    }

    /// More work than is allowed, or than anybody waits for.
    static final class Spent extends RuntimeException {
        Spent(String what) {
            super(what, null, false, false);
        }
    }

    /// @throws Spent if the work needs more
    <T> T within(Callable<T> work) throws Exception {
        look();
        return ScopedValue.where(CURRENT, this).call(work::call);
    }

    /// Ends the work at its next look.
    void cancel() {
        cancelled = true;
    }

    long steps() {
        return steps;
    }

    /// What the finished grammar keeps in memory, about.
    long bytes() {
        return bytes;
    }

    static void spend(long steps) {
        if (CURRENT.isBound()) {
            CURRENT.get().take(steps);
        }
    }

    static void hold(long bytes) {
        if (CURRENT.isBound()) {
            CURRENT.get().keep(bytes);
        }
    }

    private void take(long more) {
        steps += more;
        if (steps > mostSteps) {
            throw new Spent("steps");
        }
        if (steps >= lookAt) {
            lookAt = steps + STEPS_BETWEEN_LOOKS;
            look();
        }
    }

    private void look() {
        if (cancelled) {
            throw new Spent("cancelled");
        }
        if (nanoTime.getAsLong() - deadline > 0) {
            throw new Spent("time");
        }
    }

    private void keep(long more) {
        bytes += more;
        if (bytes > mostBytes) {
            throw new Spent("memory");
        }
    }
}
