package org.allodium.launcher;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/// When a component that died may be started again: at once the first time, then after pauses that
/// double, and not any more when it never stays up.
final class BackOff {
    static final int MOST_TRIES = 6;

    /// Whoever lived this long since the latest restart starts from nothing again.
    static final Duration STEADY = Duration.ofMinutes(10);

    private final Map<Component, Tries> tries = new EnumMap<>(Component.class);

    private record Tries(int count, Instant last) {}

    /// The earliest moment for the next restart of what is seen dead at `now`.
    Instant due(Component component, Instant now) {
        var past = past(component, now);
        return past.count == 0 ? now : past.last.plusSeconds(1L << past.count);
    }

    boolean exhausted(Component component, Instant now) {
        return past(component, now).count >= MOST_TRIES;
    }

    /// A restart, successful or not, came to its end at `now`.
    void tried(Component component, Instant now) {
        tries.merge(component, new Tries(1, now), (old, one) -> new Tries(old.count + 1, now));
    }

    private Tries past(Component component, Instant now) {
        var past = tries.getOrDefault(component, new Tries(0, now));
        if (past.count > 0 && past.count < MOST_TRIES && longAgo(past, now)) {
            tries.remove(component);
            return new Tries(0, now);
        }
        return past;
    }

    private static boolean longAgo(Tries past, Instant now) {
        return past.last.plus(STEADY).isBefore(now);
    }
}
