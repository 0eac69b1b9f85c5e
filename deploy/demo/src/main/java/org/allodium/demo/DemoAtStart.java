package org.allodium.demo;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.allodium.tenancy.Anyone;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the demo's steps in order once the schema is there. A start that was cut off goes on where
/// it stopped; a finished demo is left alone, whatever people made of it since.
@ApplicationScoped
@Anyone
public class DemoAtStart {
    private static final Logger LOG = LoggerFactory.getLogger(DemoAtStart.class);
    // After the rooms have opened, so that the first request finds everything.
    private static final int LAST = 5_000;
    private static final int ROUND_MILLIS = 500;
    private static final int MOST_ROUNDS = 480;
    // A model that comes with the build is registered by then.
    private static final int FIRST_ROUNDS = 60;

    @Inject
    @ConfigProperty(name = "allodium.demo.file")
    Optional<Path> file;

    @Inject DemoCast cast;
    @Inject DemoMoney money;
    @Inject DemoSpending spending;

    @Resource ManagedScheduledExecutorService scheduler;

    private volatile boolean ready;
    private volatile int rounds;
    private volatile @Nullable Future<?> waiting;

    void begin(@Observes @Priority(LAST) @Initialized(ApplicationScoped.class) Object start) {
        if (file.isEmpty()) {
            ready = true;
            return;
        }
        var demo = DemoFile.read(file.get());
        if (!demo.keys().stream().allMatch(key -> cast.holdsKey(key, demo))) {
            seed(demo);
            LOG.info("The demo country is ready: {} organisations", DemoOrganisation.all().size());
        }
        // What was never stated, such as the sinks of an installation that named none before.
        cast.describeCountry();
        // Also for a demo of before silence meant the strictest: its seed had left policies out.
        DemoOrganisation.all().forEach(organisation -> cast.choosePolicy(organisation, demo));
        // And of before anybody was verified.
        DemoOrganisation.all().forEach(organisation -> cast.verify(organisation, demo));
        waiting =
                scheduler.scheduleWithFixedDelay(
                        () -> spend(demo), ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void seed(DemoFile demo) {
        cast.assignStaff(demo);
        cast.describeCountry();
        var organisations = DemoOrganisation.all();
        organisations.forEach(organisation -> cast.found(organisation, demo));
        organisations.forEach(organisation -> cast.verify(organisation, demo));
        money.announcePrices(demo);
        money.openProgrammes(demo);
        organisations.forEach(organisation -> money.grant(organisation, demo));
        organisations.forEach(cast::widenLimits);
        demo.keys().forEach(key -> cast.adoptKey(key, demo));
    }

    // The scheduler's edge: a failure is said and tried again, until it is given up.
    private void spend(DemoFile demo) {
        rounds++;
        try {
            if (spending.spend(demo)) {
                finish();
                LOG.info("The grant of {} is used up", DemoOrganisation.SPENT);
            } else if (rounds > MOST_ROUNDS || rounds > FIRST_ROUNDS && !spending.possible()) {
                finish();
                LOG.warn(
                        "The models did not get ready: {} still has its grant",
                        DemoOrganisation.SPENT);
            }
        } catch (RuntimeException failure) {
            LOG.warn("The demo could not use up a grant yet", failure);
            if (rounds > MOST_ROUNDS) {
                finish();
            }
        }
    }

    private void finish() {
        ready = true;
        stop();
    }

    @PreDestroy
    void stop() {
        var task = waiting;
        if (task != null) {
            task.cancel(false);
        }
    }

    /// Without a demo file at once.
    public boolean ready() {
        return ready;
    }
}
