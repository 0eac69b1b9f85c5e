package org.allodium.serving.internal.answers;

import java.time.Duration;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/// Notices that nothing was heard for a while, again and again. It is looked for when it may have
/// come about and not before: whoever waits for each word with a limit of its own sets a timer and
/// takes it back at every word. See decision 0171.
final class Silence implements AutoCloseable {
    private final long nanos;
    private final Runnable noticed;
    private volatile long heard = System.nanoTime();
    private volatile boolean closed;

    /// @param noticed from another thread; does not block
    Silence(Duration length, Runnable noticed) {
        this.nanos = length.toNanos();
        this.noticed = noticed;
        lookIn(nanos);
    }

    void broken() {
        heard = System.nanoTime();
    }

    private void lookIn(long delay) {
        ForkJoinPool.commonPool().schedule(this::look, delay, TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (closed) {
            return;
        }
        long left = heard + nanos - System.nanoTime();
        if (left <= 0) {
            noticed.run();
            broken();
            left = nanos;
        }
        lookIn(left);
    }

    /// The last look is still to come, and finds nothing to do.
    @Override
    public void close() {
        closed = true;
    }
}
