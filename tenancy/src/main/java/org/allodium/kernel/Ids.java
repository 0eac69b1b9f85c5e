package org.allodium.kernel;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.UUID;

/// Ids of rows are time-ordered UUIDs (RFC 9562, version 7), so that indexes stay dense.
public final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    public static UUID timeOrdered(Clock clock) {
        long millis = clock.millis();
        long high = (millis << 16) | 0x7000L | RANDOM.nextInt(0x1000);
        long low = (RANDOM.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /// A time-ordered id with a readable prefix for the wire, such as `chatcmpl-…`.
    public static String prefixed(String prefix, Clock clock) {
        return prefix + timeOrdered(clock).toString().replace("-", "");
    }

    /// `bytes` random bytes as unpadded base64url.
    public static String secret(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
