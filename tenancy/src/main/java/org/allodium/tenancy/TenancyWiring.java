package org.allodium.tenancy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/// What the whole product takes from the surroundings. Rooms to the right inject it.
@ApplicationScoped
class TenancyWiring {
    /// Ticks in microseconds, which is what PostgreSQL keeps: a time that was stored and read
    /// again is the same time.
    @Produces
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
    }

    @Produces
    TenancyConfig config() {
        return TenancyConfig.read(ConfigProvider.getConfig());
    }
}
