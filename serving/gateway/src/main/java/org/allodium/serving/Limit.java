package org.allodium.serving;

import java.util.Locale;
import org.allodium.kernel.Grounds;

/// The limits that a request can meet, beside the rules of residency.
public enum Limit implements Grounds {
    REQUESTS_PER_MINUTE,
    TOKENS_PER_MINUTE,
    CONCURRENT_REQUESTS,
    BYTES_AT_ONCE,
    GRANTS;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
