package org.allodium.evidence;

import java.time.Instant;
import java.util.UUID;

/// `jws` is the compact serialisation (RFC 7515); its payload is the receipt.
public record SignedReceipt(String id, UUID tenant, Instant at, String jws) {
    /// The exact text that is signed, unverified.
    public String payload() {
        return ReceiptDocument.payload(jws);
    }
}
