package org.allodium.serving.internal.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SilenceTest {
    private static final Duration LENGTH = Duration.ofMillis(100);

    private final Semaphore noticed = new Semaphore(0);

    @Test
    void isNoticedAgainAndAgain() throws Exception {
        try (var _ = new Silence(Duration.ofMillis(1), noticed::release)) {
            noticed.acquire(3);
        }
    }

    @Test
    void isNotNoticedWhileSomethingIsHeard() {
        boolean paused = true;
        while (paused) {
            var inTime = new Semaphore(0);
            try (var silence = new Silence(LENGTH, inTime::release)) {
                paused = hearsWithAPause(silence);
                assertThat(paused || inTime.availablePermits() == 0).isTrue();
            }
        }
    }

    /// For five lengths. Whether this machine stood still meanwhile, so that there was a silence.
    private static boolean hearsWithAPause(Silence silence) {
        long begun = System.nanoTime();
        long last = begun;
        long longest = 0;
        while (last - begun < 5 * LENGTH.toNanos()) {
            silence.broken();
            LockSupport.parkNanos(1_000_000);
            long now = System.nanoTime();
            longest = Math.max(longest, now - last);
            last = now;
        }
        return longest >= LENGTH.toNanos() / 2;
    }

    @Test
    void isNotNoticedAfterItsEnd() throws Exception {
        var silence = new Silence(Duration.ofMillis(1), noticed::release);
        noticed.acquire();
        silence.close();
        // One may be under way.
        noticed.tryAcquire(2, 50, TimeUnit.MILLISECONDS);
        noticed.drainPermits();
        assertThat(noticed.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
    }
}
