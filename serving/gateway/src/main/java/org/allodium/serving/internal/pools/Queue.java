package org.allodium.serving.internal.pools;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The places of one pool. How long one takes is learnt from those that left.
final class Queue {
    private static final long FIRST_GUESS_NANOS = Duration.ofSeconds(1).toNanos();

    private final int capacity;
    private final AtomicInteger inside = new AtomicInteger();

    /// Turned away since there was last room, and likely to come back.
    private final AtomicInteger outside = new AtomicInteger();

    private final AtomicLong usualNanos = new AtomicLong(FIRST_GUESS_NANOS);
    private volatile long lastLeft = System.nanoTime();

    Queue(int capacity) {
        this.capacity = capacity;
    }

    AtomicInteger inside() {
        return inside;
    }

    Optional<ModelPool.Seat> enter() {
        // INVARIANT: inside <= capacity. Counted before it is compared, so two callers cannot share
        // the last place.
        int now = inside.incrementAndGet();
        if (now > capacity) {
            inside.decrementAndGet();
            outside.updateAndGet(waiting -> Math.min(capacity, waiting + 1));
            return Optional.empty();
        }
        // Where room is left over, nobody is kept out any more.
        outside.updateAndGet(waiting -> now < capacity ? 0 : Math.max(0, waiting - 1));
        return Optional.of(new Taken(System.nanoTime()));
    }

    /// One place frees when one request has ended, and those who were turned away before want it
    /// too; at most the time in which all that are inside end.
    Duration expectedWait() {
        return Duration.ofNanos(usualNanos.get()).multipliedBy(Math.max(1, outside.get()));
    }

    private void left(long enteredAt) {
        inside.decrementAndGet();
        long now = System.nanoTime();
        // Requests follow each other: one has taken the time since the one before it.
        long took = now - Math.max(enteredAt, lastLeft);
        lastLeft = now;
        usualNanos.updateAndGet(usual -> (usual * 7 + took) / 8);
    }

    private final class Taken implements ModelPool.Seat {
        private final AtomicBoolean free = new AtomicBoolean();
        private final long since;

        Taken(long since) {
            this.since = since;
        }

        @Override
        public void close() {
            if (free.compareAndSet(false, true)) {
                left(since);
            }
        }
    }
}
