package org.allodium.it.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Looks ten times a second until something holds; fails with its name when it does not come.
public final class Waiting {
    private Waiting() {}

    public static void until(Duration patience, String what, Callable<Boolean> holds)
            throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!holds.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(100_000_000);
        }
    }
}
