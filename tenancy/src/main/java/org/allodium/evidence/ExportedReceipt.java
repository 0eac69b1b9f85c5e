package org.allodium.evidence;

import java.time.Instant;
import java.util.UUID;

/// A receipt of the log beside what proves it against one checkpoint that covers many.
/// @param at when it was written
/// @param payload its exact text
public record ExportedReceipt(UUID tenant, Instant at, String payload, LogProof proof) {
    public String id() {
        return Receipt.fromJson(payload).request().id();
    }
}
