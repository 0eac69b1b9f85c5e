package org.allodium.evidence.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// Under which 16 bytes a receipt is stored: those that are in its id, or else of its id's digest.
/// The id itself stands in the payload.
record RowKey(UUID key) {
    private static final Pattern WITH_UUID = Pattern.compile("\\D.{0,20}?([0-9a-f]{32})");
    private static final Duration EARLIER = Duration.ofDays(1);
    private static final Duration LATER = Duration.ofDays(31);

    /// Of receipts from this instant on and before that one.
    record Window(Instant from, Instant until) {
        static final Window ALWAYS =
                new Window(Instant.EPOCH, Instant.parse("9999-01-01T00:00:00Z"));
    }

    static RowKey of(String id) {
        var found = WITH_UUID.matcher(id);
        if (found.matches()) {
            var hex = found.group(1);
            return new RowKey(
                    new UUID(
                            Long.parseUnsignedLong(hex.substring(0, 16), 16),
                            Long.parseUnsignedLong(hex.substring(16), 16)));
        }
        var digest = ByteBuffer.wrap(Hashes.sha256().digest(id.getBytes(StandardCharsets.UTF_8)));
        // Version 8: of nobody's making but ours, and without a time.
        return new RowKey(
                new UUID(
                        digest.getLong() & ~0xf000L | 0x8000L,
                        digest.getLong() & (-1L >>> 2) | 1L << 63));
    }

    /// When its request came, where the id says so.
    Optional<Instant> begun() {
        return key.version() == 7
                ? Optional.of(Instant.ofEpochMilli(key.getMostSignificantBits() >>> 16))
                : Optional.empty();
    }

    /// Where its receipt may be, in the order in which to look, by the time in a time-ordered id.
    /// A receipt follows its request by minutes, or by the days that the installation was off.
    List<Window> windows(Instant now) {
        var begun = begun();
        if (begun.isEmpty()) {
            return List.of(Window.ALWAYS);
        }
        var likely = new Window(begun.get().minus(EARLIER), begun.get().plus(LATER));
        var later = new Window(likely.until(), now.plus(EARLIER));
        return later.from().isBefore(later.until()) ? List.of(likely, later) : List.of(likely);
    }
}
