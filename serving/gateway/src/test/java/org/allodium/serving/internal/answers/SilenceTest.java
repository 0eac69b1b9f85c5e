package org.allodium.serving.internal.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SilenceTest {
    private final Semaphore noticed = new Semaphore(0);

    @Test
    void isNoticedAgainAndAgain() throws Exception {
        try (var _ = new Silence(Duration.ofMillis(1), noticed::release)) {
            noticed.acquire(3);
        }
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
