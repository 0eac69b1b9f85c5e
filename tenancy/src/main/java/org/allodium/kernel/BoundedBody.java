package org.allodium.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntConsumer;

/// Reads what a stranger sends: memory grows with the bytes that came, never with those that were
/// announced, and neither size nor time is without end.
public final class BoundedBody {
    private static final int FIRST = 512;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private BoundedBody() {}

    /// The whole body, or nothing when it has more than `limit` bytes. `meter` is told of bytes as
    /// they come, and may refuse them by throwing.
    public static Optional<byte[]> read(InputStream in, int limit, IntConsumer meter, Clock clock)
            throws IOException {
        var deadline = clock.instant().plus(PATIENCE);
        var bytes = new byte[Math.min(FIRST, limit + 1)];
        int length = 0;
        int more;
        while ((more = in.read(bytes, length, bytes.length - length)) >= 0) {
            meter.accept(more);
            length += more;
            if (length > limit) {
                return Optional.empty();
            }
            if (clock.instant().isAfter(deadline)) {
                throw new IOException("The body comes too slowly");
            }
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(limit + 1L, 2L * length));
            }
        }
        return Optional.of(Arrays.copyOf(bytes, length));
    }
}
