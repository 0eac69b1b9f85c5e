package org.allodium.evidence.internal;

import java.util.Optional;
import javax.sql.DataSource;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.Database;

/// What was kept for the log, whether it is in it yet or not; for tests of the modules to the right
/// too.
public final class KeptReceipts {
    private KeptReceipts() {}

    /// @param platform of role `allodium_platform`
    public static Optional<Receipt> find(DataSource platform, String id) {
        return Database.over(platform)
                .withHandle(
                        handle ->
                                SealedReceiptTable.find(
                                        handle, RowKey.of(id), id, RowKey.Window.ALWAYS))
                .map(row -> Receipt.fromJson(row.text()));
    }
}
