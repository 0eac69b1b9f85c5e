package org.allodium.serving.internal;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.allodium.billing.Budgets;
import org.allodium.kernel.Refused;
import org.allodium.serving.IdempotentRequests;
import org.allodium.serving.RefusalLog;
import org.allodium.serving.internal.admission.AdmissionDesk;
import org.allodium.serving.internal.admission.AllotmentLine;
import org.allodium.tenancy.News;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What happens in serving though nobody asks: what was kept goes in time, notes are written.
@ApplicationScoped
class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final Duration NOTES_WAIT = Duration.ofSeconds(5);

    @Inject IdempotentRequests repeats;
    @Inject RefusalLog refusals;
    @Inject AdmissionDesk desk;
    @Inject AllotmentLine limits;
    @Inject News news;
    @Inject Budgets budgets;
    @Inject Clock clock;

    private volatile boolean away;

    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("serving-upkeep").daemon().factory());

    void start(@Observes @Priority(300) @Initialized(ApplicationScoped.class) Object application) {
        news.keep(AllotmentLine.TOPIC, limits);
        desk.open();
        every(PERIOD, repeats::sweep);
        every(PERIOD, this::forgetKeys);
        every(PERIOD, refusals::sweep);
        every(NOTES_WAIT, refusals::flush);
    }

    private void forgetKeys() {
        budgets.forgetKeys(clock.instant().minus(IdempotentRequests.KEPT_FOR));
    }

    @PreDestroy
    void stop() {
        executor.shutdownNow();
        attempt(refusals::flush);
    }

    private void every(Duration pause, Runnable work) {
        executor.scheduleWithFixedDelay(
                () -> attempt(work), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void attempt(Runnable work) {
        try {
            work.run();
            away = false;
        } catch (Refused e) {
            // One line for an outage, however often the database is asked meanwhile.
            if (!away) {
                LOG.warn("Upkeep waits for the database: {}", e.english());
            }
            away = true;
        } catch (RuntimeException e) { // The scheduler's edge: an error must not end it.
            LOG.error("Upkeep failed and will be tried again", e);
        }
    }
}
