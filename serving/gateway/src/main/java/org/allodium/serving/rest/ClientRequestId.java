package org.allodium.serving.rest;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The name that a client gave its own request, for the log line: up to 512 printable ASCII
/// characters. Anything else is left out, so that no client writes lines of its own into the log.
final class ClientRequestId {
    static final String HEADER = "X-Client-Request-Id";
    private static final int LONGEST = 512;

    private ClientRequestId() {}

    static String forTheLog(@Nullable String header) {
        boolean plain =
                header != null
                        && !header.isEmpty()
                        && header.length() <= LONGEST
                        && header.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return plain ? Objects.requireNonNull(header) : "-";
    }
}
