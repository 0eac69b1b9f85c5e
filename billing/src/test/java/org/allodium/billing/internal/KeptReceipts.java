package org.allodium.billing.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.allodium.evidence.Receipts;
import org.allodium.evidence.SignedReceipt;
import tools.jackson.databind.node.ObjectNode;

/// Receipts without a key: the claims stand where the signature would. Stored in a table of the
/// test, through the writer's own connection, so that a lost transaction loses them too.
public final class KeptReceipts extends Receipts {
    final Map<String, ObjectNode> signed = new ConcurrentHashMap<>();

    @Override
    public SignedReceipt sign(ObjectNode claims) {
        String id = claims.path("id").asString();
        signed.put(id, claims.deepCopy());
        return new SignedReceipt(
                id,
                UUID.fromString(claims.path("tenant").asString()),
                Instant.parse(claims.path("settled_at").asString()),
                claims.toString());
    }

    @Override
    public void append(Connection connection, List<SignedReceipt> receipts) throws SQLException {
        try (var insert =
                connection.prepareStatement("insert into billing.test_receipt values (?, ?)")) {
            for (var receipt : receipts) {
                insert.setString(1, receipt.id());
                insert.setString(2, receipt.jws());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
