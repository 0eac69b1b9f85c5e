package org.allodium.evidence.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.SignedReceipt;
import org.jdbi.v3.core.Handle;

/// The receipts of releases before the log, each signed by itself. No more come.
final class ReceiptTable {
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
}
