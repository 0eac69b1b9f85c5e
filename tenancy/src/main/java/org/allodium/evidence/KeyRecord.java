package org.allodium.evidence;

import java.time.Instant;
import java.util.Optional;

/// A key that signs or once signed receipts.
/// @param kid its RFC 7638 thumbprint
/// @param jwk the public half; empty where it was lost together with the private one
/// @param ending absent for the one key in use
public record KeyRecord(String kid, Optional<String> jwk, Instant since, Optional<Ending> ending) {

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
