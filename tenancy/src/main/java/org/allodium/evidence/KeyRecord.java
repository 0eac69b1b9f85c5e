package org.allodium.evidence;

import java.time.Instant;
import java.util.Optional;

/// A key that signs or once signed receipts or checkpoints.
/// @param kid its RFC 7638 thumbprint
/// @param jwk the public half; empty where it was lost together with the private one
/// @param ending absent for the one key of its use that signs now
public record KeyRecord(
        String kid, KeyUse use, Optional<String> jwk, Instant since, Optional<Ending> ending) {

    public enum Kind {
        ROTATED,
        DECLARED_LOST
    }

    /// Why a key signs no more.
    public record Ending(Kind kind, Instant at, String actor, String reason) {}

    boolean inUse() {
        return ending.isEmpty();
    }
}
