package org.allodium.evidence.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.allodium.evidence.SignedReceipt;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;

/// The receipts' table. Many receipts go in with one statement.
public final class ReceiptTable {
    private static final String INSERT =
            "insert into evidence.receipt (id, tenant_id, at, leaf_hash, jws)"
                    + " select * from unnest(:ids, :tenants, :times, :hashes, :texts)";

    private ReceiptTable() {}

    public static void append(Handle handle, List<SignedReceipt> receipts) {
        handle.createUpdate(INSERT)
                .bind("ids", column(String.class, receipts, SignedReceipt::id))
                .bind("tenants", column(UUID.class, receipts, SignedReceipt::tenant))
                .bind("times", column(Instant.class, receipts, SignedReceipt::at))
                .bind("hashes", column(byte[].class, receipts, receipt -> leafHash(receipt.jws())))
                .bind("texts", column(String.class, receipts, SignedReceipt::jws))
                .execute();
    }

    private static <T> Argument column(
            Class<T> type, List<SignedReceipt> receipts, Function<SignedReceipt, T> value) {
        return Database.array(type, receipts.stream().map(value).toList());
    }

    /// As role `allodium_app`, held to this tenant for one transaction: the row policy hides
    /// everybody else's.
    public static Optional<SignedReceipt> find(Database app, UUID tenant, String id) {
        return app.inTransactionOf(
                tenant,
                handle ->
                        handle.createQuery("select at, jws from evidence.receipt where id = :id")
                                .bind("id", id)
                                .map(
                                        row ->
                                                new SignedReceipt(
                                                        id,
                                                        tenant,
                                                        row.getColumn("at", Instant.class),
                                                        row.getColumn("jws", String.class)))
                                .findOne());
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
}
