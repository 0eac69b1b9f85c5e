package org.allodium.evidence;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A receipt with what proves it: its signature alone up to version 2, its place in the log since.
/// @param at when it was written
/// @param payload its exact text
/// @param jws the payload, signed (RFC 7515): when it was written, or when it was first read
/// @param place absent where the signature is the proof
public record ProvenReceipt(
        String id, UUID tenant, Instant at, String payload, String jws, Optional<Place> place) {

    /// @param size the log's in the proof's checkpoint
    /// @param closed when that checkpoint was signed
    /// @param firstRead when the signature over this receipt alone was made
    public record Place(LogProof proof, long size, Instant closed, Instant firstRead) {}

    /// The exact body of GET /v1/receipts/{id}, in UTF-8, without a line's end. [ReceiptVerifier]
    /// accepts it and nothing that differs by a byte.
    public String document() {
        return ReceiptDocument.render(id, payload, place.map(Place::proof), Optional.of(jws));
    }

    /// What it says, unverified.
    public Receipt receipt() {
        return Receipt.fromJson(payload);
    }

    public static ProvenReceipt of(SignedReceipt signed) {
        return new ProvenReceipt(
                signed.id(),
                signed.tenant(),
                signed.at(),
                signed.payload(),
                signed.jws(),
                Optional.empty());
    }
}
