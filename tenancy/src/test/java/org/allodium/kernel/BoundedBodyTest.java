package org.allodium.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {
    private final Ticking clock = new Ticking();

    @Test
    void givesWhatCameUpToTheLimit() throws IOException {
        for (int size : new int[] {0, 1, 511, 512, 513, 5000, 9999, 10_000}) {
            var body = new byte[size];
            java.util.Arrays.fill(body, (byte) 7);
            assertThat(BoundedBody.read(new ByteArrayInputStream(body), 10_000, bytes -> {}, clock))
                    .hasValueSatisfying(read -> assertThat(read).isEqualTo(body));
        }
        assertThat(
                        BoundedBody.read(
                                new ByteArrayInputStream(new byte[10_001]),
                                10_000,
                                bytes -> {},
                                clock))
                .isEmpty();
    }

    @Test
    void readsNoMoreThanOneByteBeyondTheLimit() throws IOException {
        var endless = new Endless(0);
        assertThat(BoundedBody.read(endless, 10_000, bytes -> {}, clock)).isEmpty();
        assertThat(endless.given).isEqualTo(10_001);
    }

    @Test
    void doesNotWaitForeverForWhoSendsAByteNowAndThen() {
        assertThatThrownBy(() -> BoundedBody.read(new Endless(20), 10_000, bytes -> {}, clock))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("slowly");
    }

    /// One byte at a time, each after some seconds; or as many as are asked for, at once.
    private final class Endless extends InputStream {
        private final int seconds;
        private int given;

        Endless(int seconds) {
            this.seconds = seconds;
        }

        @Override
        public int read() {
            given++;
            clock.now = clock.now.plusSeconds(seconds);
            return 7;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            if (seconds == 0) {
                given += length;
                return length;
            }
            into[from] = (byte) read();
            return 1;
        }
    }

    private static final class Ticking extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
