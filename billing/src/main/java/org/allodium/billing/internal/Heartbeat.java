package org.allodium.billing.internal;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a desk mark what has left the house and look at its deadlines, several times a second. It
/// asks nothing of the database itself, so nothing holds it up.
public final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final Duration PERIOD = Duration.ofMillis(125);

    private final Supplier<BudgetDesk> desk;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("billing-heartbeat").daemon().factory());

    public Heartbeat(Supplier<BudgetDesk> desk) {
        this.desk = desk;
    }

    public void start() {
        executor.scheduleAtFixedRate(
                this::beat, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void beat() {
        try {
            desk.get().beat();
        } catch (RuntimeException e) { // The scheduler's edge: one failure must not end the beat.
            LOG.error("A beat failed; the next follows", e);
        }
    }
}
