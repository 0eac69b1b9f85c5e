package org.allodium.launcher;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Polling, in one place.
final class Waiting {
    private static final long PAUSE_MILLIS = 250;

    private Waiting() {}

    /// True as soon as the condition holds, false when patience is over.
    static boolean until(Duration patience, BooleanSupplier condition) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            pause(PAUSE_MILLIS);
        }
        return true;
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Trouble("Interrupted.", interrupted);
        }
    }
}
