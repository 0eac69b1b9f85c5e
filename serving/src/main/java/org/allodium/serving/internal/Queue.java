package org.allodium.serving.internal;

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
        if (inside.incrementAndGet() > capacity) {
            inside.decrementAndGet();
            return Optional.empty();
        }
        return Optional.of(new Taken(System.nanoTime()));
    }

    /// One place frees when one request has ended.
    Duration expectedWait() {
        return Duration.ofNanos(usualNanos.get());
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
