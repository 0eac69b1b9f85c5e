package org.allodium.serving;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.allodium.serving.internal.ServingMeters;

/// Times one inference of a known model and notes how it ended; without a note it was refused.
final class Watch {
    private final ServingMeters meters;
    private final Clock clock;
    private final String operation;
    private final String model;
    private final Instant begun;
    private String outcome = "refused";

    Watch(ServingMeters meters, Clock clock, String operation, String model) {
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
        meters.ended(operation, model, outcome, Duration.between(begun, clock.instant()));
    }
}
