package org.allodium.evidence.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.evidence.SignedReceipt;

/// The receipts' table. Many receipts go in with one statement.
public final class ReceiptTable {
    private static final String INSERT =
            "insert into evidence.receipt (id, tenant_id, at, leaf_hash, jws)"
                    + " select * from unnest(?::text[], ?::uuid[], ?::timestamptz[], ?::bytea[],"
                    + " ?::text[])";

    private ReceiptTable() {}

    public static void append(Connection connection, List<SignedReceipt> receipts)
            throws SQLException {
        int count = receipts.size();
        var ids = new String[count];
        var tenants = new UUID[count];
        var times = new String[count];
        var hashes = new byte[count][];
        var texts = new String[count];
        for (int i = 0; i < count; i++) {
            var receipt = receipts.get(i);
            ids[i] = receipt.id();
            tenants[i] = receipt.tenant();
            times[i] = receipt.at().toString();
            hashes[i] = leafHash(receipt.jws());
            texts[i] = receipt.jws();
        }
        try (var insert = connection.prepareStatement(INSERT)) {
            insert.setArray(1, connection.createArrayOf("text", ids));
            insert.setArray(2, connection.createArrayOf("uuid", tenants));
            insert.setArray(3, connection.createArrayOf("timestamptz", times));
            insert.setArray(4, connection.createArrayOf("bytea", hashes));
            insert.setArray(5, connection.createArrayOf("text", texts));
            insert.executeUpdate();
        }
    }

    /// As role `allodium_app`, held to this tenant: the row policy hides everybody else's.
    public static Optional<SignedReceipt> find(DataSource app, UUID tenant, String id)
            throws SQLException {
        try (var connection = app.getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                hold(connection, tenant);
                return find(connection, tenant, id);
            } finally {
                // Takes the tenant off the connection.
                connection.rollback();
                connection.setAutoCommit(before);
            }
        }
    }

    static byte[] leafHash(String jws) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) 0);
            return digest.digest(jws.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static void hold(Connection connection, UUID tenant) throws SQLException {
        try (var set = connection.prepareStatement("select set_config('app.tenant', ?, true)")) {
            set.setString(1, tenant.toString());
            set.execute();
        }
    }

    private static Optional<SignedReceipt> find(Connection connection, UUID tenant, String id)
            throws SQLException {
        try (var select =
                connection.prepareStatement("select at, jws from evidence.receipt where id = ?")) {
            select.setString(1, id);
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(
                                new SignedReceipt(
                                        id,
                                        tenant,
                                        row.getTimestamp(1).toInstant(),
                                        row.getString(2)))
                        : Optional.empty();
            }
        }
    }
}
