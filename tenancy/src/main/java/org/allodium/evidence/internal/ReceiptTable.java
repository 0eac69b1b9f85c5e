package org.allodium.evidence.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.SignedReceipt;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;

/// The receipts' table. Many receipts go in with one statement.
public final class ReceiptTable {
    private static final String INSERT =
            "insert into evidence.receipt (id, tenant_id, at, leaf_hash, jws)"
                    + " select * from unnest(:ids, :tenants, :times, :hashes, :texts)";

    private ReceiptTable() {}

    public static void append(Handle handle, List<SignedReceipt> receipts) {
        handle.createUpdate(INSERT)
                .bindArray("ids", String.class, receipts.stream().map(SignedReceipt::id).toList())
                .bindArray(
                        "tenants",
                        UUID.class,
                        receipts.stream().map(SignedReceipt::tenant).toList())
                .bindArray(
                        "times", Instant.class, receipts.stream().map(SignedReceipt::at).toList())
                .bindArray(
                        "hashes",
                        byte[].class,
                        receipts.stream().map(receipt -> leafHash(receipt.jws())).toList())
                .bindArray(
                        "texts", String.class, receipts.stream().map(SignedReceipt::jws).toList())
                .execute();
    }

    /// As role `allodium_app`, held to this tenant for one transaction: the row policy hides
    /// everybody else's.
    public static Optional<SignedReceipt> find(Database app, UUID tenant, String id) {
        return app.inTransaction(
                handle -> {
                    handle.createUpdate("select set_config('app.tenant', :tenant, true)")
                            .bind("tenant", tenant.toString())
                            .execute();
                    return handle.createQuery("select at, jws from evidence.receipt where id = :id")
                            .bind("id", id)
                            .map(
                                    row ->
                                            new SignedReceipt(
                                                    id,
                                                    tenant,
                                                    row.getColumn("at", Instant.class),
                                                    row.getColumn("jws", String.class)))
                            .findOne();
                });
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
