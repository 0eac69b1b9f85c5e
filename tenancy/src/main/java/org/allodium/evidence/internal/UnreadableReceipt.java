package org.allodium.evidence.internal;

/// What a row holds cannot be unpacked: it is no longer what was written.
public final class UnreadableReceipt extends RuntimeException {
    UnreadableReceipt(String what) {
        super(what);
    }

    UnreadableReceipt(String what, Throwable cause) {
        super(what, cause);
    }
}
