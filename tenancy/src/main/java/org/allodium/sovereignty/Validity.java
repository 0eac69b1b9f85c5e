package org.allodium.sovereignty;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// From inclusive, to exclusive; without an end it holds on.
final class Validity {
    private Validity() {}

    static boolean holds(Instant from, @Nullable Instant to, Instant at) {
        return !at.isBefore(from) && (to == null || at.isBefore(to));
    }
}
