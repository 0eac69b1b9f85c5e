package org.allodium.tenancy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/// What the whole product takes from the surroundings. Rooms to the right inject it.
@ApplicationScoped
class TenancyWiring {
    /// In microseconds, as PostgreSQL keeps it: a time that was stored and read is the same.
    @Produces
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
    }

    @Produces
    TenancyConfig config() {
        return TenancyConfig.read(ConfigProvider.getConfig());
    }
}
