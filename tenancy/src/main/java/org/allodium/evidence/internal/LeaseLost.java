package org.allodium.evidence.internal;

/// Somebody else sequences now, or has meanwhile: what was begun is taken back.
final class LeaseLost extends RuntimeException {
    LeaseLost() {
        super("The log has another sequencer", null, false, false);
    }
}
