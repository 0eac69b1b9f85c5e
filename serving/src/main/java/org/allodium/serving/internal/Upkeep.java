package org.allodium.serving.internal;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What must happen in serving though nobody asks: what is kept for a while goes when its time is
/// over.
@ApplicationScoped
class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);

    @Inject Repeats repeats;

    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("serving-upkeep").daemon().factory());

    void start(@Observes @Priority(300) @Initialized(ApplicationScoped.class) Object application) {
        executor.scheduleWithFixedDelay(this::sweep, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    @PreDestroy
    void stop() {
        executor.shutdownNow();
    }

    private void sweep() {
        try {
            repeats.sweep();
        } catch (RuntimeException e) { // The scheduler's edge: an error must not end the sweeping.
            LOG.error("The sweep failed and will be tried again", e);
        }
    }
}
