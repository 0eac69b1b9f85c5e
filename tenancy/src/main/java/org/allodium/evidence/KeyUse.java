package org.allodium.evidence;

import java.nio.file.Path;

/// What a key signs. Each use has its own key, which is rotated and lost by itself.
public enum KeyUse {
    /// Single receipts: all of them once, now whichever is read for the first time.
    RECEIPTS,
    /// The log's checkpoints.
    CHECKPOINTS;

    /// Where the private half lies.
    /// @param receiptKey that of the receipts' key
    public Path file(Path receiptKey) {
        return switch (this) {
            case RECEIPTS -> receiptKey;
            case CHECKPOINTS -> receiptKey.resolveSibling("checkpoint-signing-key.json");
        };
    }
}
