package org.allodium.tenancy.internal;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import org.allodium.kernel.RetiredKeys;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/// Before anything else begins.
@ApplicationScoped
class ConfigurationAtStart {
    void look(@Observes @Priority(0) @Initialized(ApplicationScoped.class) Object start) {
        refuseRetired(ConfigProvider.getConfig());
    }

    static void refuseRetired(Config config) {
        RetiredKeys.refusal(key -> config.getOptionalValue(key, String.class).isPresent())
                .ifPresent(
                        sentence -> {
                            throw new IllegalStateException(sentence);
                        });
    }
}
