package org.allodium.evidence;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// Signed receipts. Appended in the caller's transaction, never changed.
@ApplicationScoped
public class Receipts {
    /// Signs the claims as a compact JWS. The claims' `id` is the receipt's id.
    public SignedReceipt sign(ObjectNode claims) {
        throw new UnsupportedOperationException();
    }

    /// Writes into the caller's open transaction, so that money and receipt become durable
    /// together.
    public void append(Connection connection, List<SignedReceipt> receipts) throws SQLException {
        throw new UnsupportedOperationException();
    }

    /// Of this tenant only; another tenant's receipt does not exist.
    public Optional<SignedReceipt> find(UUID tenant, String receiptId) {
        throw new UnsupportedOperationException();
    }

    /// The public keys as a JWK set (RFC 7517).
    public String jwks() {
        throw new UnsupportedOperationException();
    }
}
