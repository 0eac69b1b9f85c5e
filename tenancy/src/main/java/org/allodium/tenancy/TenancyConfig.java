package org.allodium.tenancy;

import org.eclipse.microprofile.config.Config;

/// What an operator may set for this module.
record TenancyConfig(Limits startingLimits) {
    /// Keys `allodium.tenancy.starting-limits.*`; a value below 1 stops the start.
    static TenancyConfig read(Config config) {
        return new TenancyConfig(
                new Limits(
                        number(config, "requests-per-minute", 300),
                        number(config, "tokens-per-minute", 200_000),
                        number(config, "concurrent-requests", 20)));
    }

    private static int number(Config config, String name, int preset) {
        return config.getOptionalValue("allodium.tenancy.starting-limits." + name, Integer.class)
                .orElse(preset);
    }
}
