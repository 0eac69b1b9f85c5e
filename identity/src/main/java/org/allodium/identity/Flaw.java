package org.allodium.identity;

import java.util.Locale;
import org.allodium.kernel.Grounds;

/// Why a credential counts for nothing, though it was once given out here.
public enum Flaw implements Grounds {
    KEY_REVOKED,
    KEY_EXPIRED,
    /// Whoever made the key may not call models any more.
    KEY_MAKER,
    OTHER_PROJECT,
    ROLE;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
