package org.allodium.evidence.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.allodium.evidence.SignedReceipt;
import org.jdbi.v3.core.Handle;

/// The receipts of releases before the log, each signed by itself. No more come.
public final class ReceiptTable {
    private static final int FETCHED = 500;

    private ReceiptTable() {}

    /// As role `allodium_app`, in a transaction that is held to this tenant: the row policy hides
    /// everybody else's.
    static Optional<SignedReceipt> find(
            Handle handle, UUID tenant, String id, RowKey.Window window) {
        return handle.createQuery(
                        "select at, jws from evidence.receipt"
                                + " where id = :id and at >= :from and at < :until")
                .bind("id", id)
                .bind("from", window.from())
                .bind("until", window.until())
                .map(
                        row ->
                                new SignedReceipt(
                                        id,
                                        tenant,
                                        row.getColumn("at", Instant.class),
                                        row.getColumn("jws", String.class)))
                .findOne();
    }

    /// Of all tenants; read bit by bit, and to be closed.
    public static Stream<SignedReceipt> between(Handle handle, Instant from, Instant until) {
        return handle
                .createQuery(
                        "select id, tenant_id, at, jws from evidence.receipt"
                                + " where at >= :from and at < :until order by at, id")
                .bind("from", from)
                .bind("until", until)
                .setFetchSize(FETCHED)
                .map(
                        row ->
                                new SignedReceipt(
                                        row.getColumn("id", String.class),
                                        row.getColumn("tenant_id", UUID.class),
                                        row.getColumn("at", Instant.class),
                                        row.getColumn("jws", String.class)))
                .stream();
    }
}
