package org.allodium.identity.internal;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.allodium.identity.internal.keycloak.KeycloakAdmin;
import org.allodium.tenancy.Tenants;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the outbox off: at start, every minute, and right after a change.
@ApplicationScoped
class KeycloakCourier {
    private static final Logger LOG = LoggerFactory.getLogger(KeycloakCourier.class);

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Resource(lookup = "java:comp/DefaultManagedScheduledExecutorService")
    ManagedScheduledExecutorService scheduler;

    @Inject Tenants tenants;
    @Inject KeycloakAdmin keycloak;
    @Inject Clock clock;

    private @Nullable Future<?> rounds;

    void start(@Observes @Initialized(ApplicationScoped.class) Object start) {
        rounds = scheduler.scheduleWithFixedDelay(this::deliver, 0, 1, TimeUnit.MINUTES);
    }

    void afterChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) KeycloakNews news) {
        scheduler.execute(this::deliver);
    }

    @PreDestroy
    void stop() {
        if (rounds != null) {
            rounds.cancel(true);
        }
    }

    /// The scheduler's edge: a failure here must not end the rounds. One round at a time, so that
    /// two notes about a new organisation do not make it twice.
    private synchronized void deliver() {
        try {
            new KeycloakOutbox(platform, tenants, keycloak, clock).deliver();
        } catch (RuntimeException e) {
            LOG.error("The notes for Keycloak were not worked off", e);
        }
    }
}
