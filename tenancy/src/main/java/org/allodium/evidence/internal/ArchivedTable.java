package org.allodium.evidence.internal;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Between which times an organisation's receipts lie that are put away. That is all that is kept
/// of them, so an id that never was is taken for one of them where it could be.
final class ArchivedTable {
    private static final String TIMED =
            "select min(month) from evidence.archived where first <= :begun and last >= :begun";
    private static final String TIMELESS =
            "select min(month) from evidence.archived where timeless";

    private ArchivedTable() {}

    /// As role `allodium_app`, in a transaction that is held to a tenant.
    static Optional<YearMonth> month(Handle handle, RowKey key) {
        var begun = key.begun();
        var query = handle.createQuery(begun.isPresent() ? TIMED : TIMELESS);
        begun.ifPresent((Instant at) -> query.bind("begun", at));
        return query.mapTo(LocalDate.class).findOne().map(YearMonth::from);
    }
}
