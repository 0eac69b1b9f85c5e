package org.allodium.serving;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/// Times one inference of a known model and notes how it ended; without a note it was refused.
final class Watch {
    private static final String REFUSED = "refused";

    private final ServingMeters meters;
    private final Clock clock;
    private final String operation;
    private final String model;
    private final Instant begun;
    private final BooleanSupplier measured;
    private String outcome = REFUSED;

    /// @param measured whether metrics may take from a refused caller; what ran was decided with it
    Watch(
            ServingMeters meters,
            Clock clock,
            String operation,
            String model,
            BooleanSupplier measured) {
        this.measured = measured;
        this.meters = meters;
        this.clock = clock;
        this.operation = operation;
        this.model = model;
        this.begun = clock.instant();
    }

    void firstToken() {
        meters.firstToken(model, Duration.between(begun, clock.instant()));
    }

    void tokens(long input, long output) {
        meters.tokens(operation, model, input, output);
    }

    void answered(String how) {
        outcome = how;
    }

    void stop() {
        if (outcome.equals(REFUSED) && !measured.getAsBoolean()) {
            return;
        }
        meters.ended(operation, model, outcome, Duration.between(begun, clock.instant()));
    }
}
