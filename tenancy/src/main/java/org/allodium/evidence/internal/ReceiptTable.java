package org.allodium.evidence.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.SignedReceipt;
import org.allodium.kernel.Database;

/// The receipts of releases before the log, each signed by itself. No more come.
public final class ReceiptTable {
    private ReceiptTable() {}

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
}
