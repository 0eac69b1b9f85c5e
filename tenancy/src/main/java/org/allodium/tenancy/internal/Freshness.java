package org.allodium.tenancy.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.allodium.kernel.Bell;

/// Which beats were begun and which came back, and whether that is enough to answer anybody. A
/// machine that was suspended finds one of its clocks standing still: whichever says older wins.
final class Freshness {
    static final Duration FRESH = Duration.ofSeconds(1);

    private final LongSupplier nanos;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Bell heardMore = new Bell();
    private final Condition beatWanted = lock.newCondition();

    // INVARIANT: written under the lock; a beat is begun before it is sent.
    private long begun;
    private boolean wanted;
    private volatile Beat heard;

    /// Older beats than this leave nobody fresh: somebody changed something after them.
    private volatile long demanded;
    private volatile boolean whole;
    private volatile boolean lost;

    /// @param nanos a clock that nobody sets, as [System#nanoTime]
    Freshness(LongSupplier nanos, Clock clock) {
        this.nanos = nanos;
        this.clock = clock;
        long past = FRESH.multipliedBy(2).toNanos();
        heard = new Beat(0, nanos.getAsLong() - past, clock.millis());
    }

    /// @param nanos when it was begun, as `millis` is by the clock on the wall
    record Beat(long number, long nanos, long millis) {
        static Beat of(String words) {
            var parts = words.split(" ");
            return new Beat(
                    Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        }

        @Override
        public String toString() {
            return number + " " + nanos + " " + millis;
        }
    }

    boolean isFresh() {
        var last = heard;
        return whole
                && !lost
                && last.number() >= demanded
                && nanos.getAsLong() - last.nanos() <= FRESH.toNanos()
                && clock.millis() - last.millis() <= FRESH.toMillis();
    }

    /// For how long no beat has come back.
    Duration silence() {
        return Duration.ofNanos(nanos.getAsLong() - heard.nanos());
    }

    /// Of a wait that began when the last beat had grown old; at least the time in which the next
    /// ones come, which a pause of this process held up as well.
    Duration leftOf(Duration patience) {
        var least = patience.compareTo(FRESH) < 0 ? patience : FRESH;
        var missing = silence().minus(FRESH);
        var left = missing.isNegative() ? patience : patience.minus(missing);
        return left.compareTo(least) < 0 ? least : left;
    }

    /// False where it does not become so in time, or is lost.
    boolean awaitFresh(Duration patience) {
        return await(() -> lost || isFresh(), leftOf(patience)) && isFresh();
    }

    /// False at an interrupt, or where it does not come about in time.
    private boolean await(BooleanSupplier wanted, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                var more = heardMore.next();
                if (wanted.getAsBoolean()) {
                    return true;
                }
                more.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("A bell does not fail", e);
        }
    }

    /// Returns when all that was committed before this call is in the pictures, or after a second,
    /// or at an interrupt; then nobody is answered before it is.
    void awaitPresent() {
        long next = wantNext();
        if (!await(() -> heard.number() >= next, FRESH)) {
            demand(next);
        }
    }

    /// @return the number of a beat that is not begun yet
    private long wantNext() {
        lock.lock();
        try {
            want();
            return begun + 1;
        } finally {
            lock.unlock();
        }
    }

    private void demand(long beat) {
        lock.lock();
        try {
            demanded = Math.max(demanded, beat);
        } finally {
            lock.unlock();
        }
    }

    Beat begin() {
        lock.lock();
        try {
            wanted = false;
            return new Beat(++begun, nanos.getAsLong(), clock.millis());
        } finally {
            lock.unlock();
        }
    }

    void awaitWanted(Duration longest) throws InterruptedException {
        lock.lock();
        try {
            long left = longest.toNanos();
            while (!wanted && left > 0) {
                left = beatWanted.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// @return whether the news had been lost
    boolean cameBack(Beat beat) {
        lock.lock();
        try {
            // One that was sent twice over two connections may come late.
            if (beat.number() > heard.number()) {
                heard = beat;
            }
            boolean before = lost;
            lost = false;
            heardMore.ring();
            return before;
        } finally {
            lock.unlock();
        }
    }

    /// @return whether they had not been lost yet
    boolean lose() {
        lock.lock();
        try {
            boolean first = !lost;
            lost = true;
            whole = false;
            heardMore.ring();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /// A picture is missing something, from here on.
    void lack() {
        lock.lock();
        try {
            whole = false;
            want();
        } finally {
            lock.unlock();
        }
    }

    /// @param all whether every picture is read; asked where none can be added meanwhile
    void completeIf(BooleanSupplier all) {
        lock.lock();
        try {
            whole = all.getAsBoolean();
            heardMore.ring();
        } finally {
            lock.unlock();
        }
    }

    private void want() {
        wanted = true;
        beatWanted.signal();
    }
}
