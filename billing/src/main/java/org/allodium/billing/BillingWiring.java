package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import org.allodium.billing.internal.BillingConfig;
import org.eclipse.microprofile.config.ConfigProvider;

/// What the room takes from its surroundings.
@ApplicationScoped
class BillingWiring {
    @Produces
    BillingConfig config() {
        return BillingConfig.from(ConfigProvider.getConfig());
    }
}
