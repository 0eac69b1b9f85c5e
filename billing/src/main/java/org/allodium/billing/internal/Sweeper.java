package org.allodium.billing.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.allodium.kernel.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens though nobody asks: lost reservations come back, ended grants return their rest.
public final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final Supplier<BudgetDesk> desk;
    private final Lapses lapses;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("billing-sweep").daemon().factory());

    public Sweeper(Database platform, Clock clock, Supplier<BudgetDesk> desk) {
        this.desk = desk;
        this.lapses = new Lapses(platform, clock);
    }

    public void start() {
        executor.scheduleWithFixedDelay(
                this::sweep, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void sweep() {
        try {
            desk.get().sweep();
            lapses.sweep();
        } catch (Exception e) { // The scheduler's edge: an error must not end the sweeping.
            LOG.error("The sweep failed and will be tried again", e);
        }
    }
}
