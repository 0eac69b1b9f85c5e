package org.allodium.billing.internal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;

/// Counts without a tenant in any label.
final class Meters {
    private Meters() {}

    static Counter reservation(String outcome) {
        return Metrics.counter("allodium.billing.reservations", "outcome", outcome);
    }

    static Counter settlement(String outcome) {
        return Metrics.counter("allodium.billing.settlements", "outcome", outcome);
    }
}
