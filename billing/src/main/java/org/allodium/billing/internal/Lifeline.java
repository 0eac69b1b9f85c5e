package org.allodium.billing.internal;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a node's desk alive for the others, and looks whether they live.
public final class Lifeline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lifeline.class);
    private static final Duration PERIOD = Duration.ofMillis(500);

    private final ScheduledExecutorService renewing = thread("billing-life");
    private final ScheduledExecutorService looking = thread("billing-lookout");

    /// A step that is repeated whatever becomes of it.
    public interface Step {
        void go() throws Exception;
    }

    /// @param renew never waits for anything but the database
    public void start(Step renew, Step look) {
        repeat(renewing, renew);
        repeat(looking, look);
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    private static void repeat(ScheduledExecutorService executor, Step step) {
        executor.scheduleWithFixedDelay(
                () -> go(step), PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void go(Step step) {
        try {
            step.go();
        } catch (Exception e) { // The scheduler's edge: the next step follows.
            LOG.debug("A sign of life failed; the next follows", e);
        }
    }

    @Override
    public void close() {
        renewing.shutdownNow();
        looking.shutdownNow();
    }
}
