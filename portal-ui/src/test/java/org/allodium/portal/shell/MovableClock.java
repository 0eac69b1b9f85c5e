package org.allodium.portal.shell;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/// The rooms' clock: the machine's, moved forward by what tests let pass. In microseconds, as it
/// ships.
final class MovableClock implements InstantSource {
    private static final AtomicReference<Duration> PASSED = new AtomicReference<>(Duration.ZERO);

    static final Clock CLOCK = new MovableClock().withZone(ZoneOffset.UTC);

    private MovableClock() {}

    static void pass(Duration time) {
        PASSED.accumulateAndGet(time, Duration::plus);
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(PASSED.get()).truncatedTo(ChronoUnit.MICROS);
    }
}
