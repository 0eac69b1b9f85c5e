package org.allodium.evidence;

/// Checks a receipt offline, with nothing but the public keys.
public final class ReceiptVerifier {
    private ReceiptVerifier() {}

    /// What the check found. `reason` is one sentence.
    public sealed interface Outcome {
        record Valid(String receiptId) implements Outcome {}

        record Invalid(String reason) implements Outcome {}
    }

    /// `file`: the body of GET /v1/receipts/{id}, or a bare compact JWS. Any changed byte makes it
    /// invalid.
    public static Outcome verify(byte[] file, String jwks) {
        throw new UnsupportedOperationException();
    }
}
