package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.util.Currency;
import org.allodium.kernel.Money;
import org.jdbi.v3.core.result.RowView;

/// Money of a row, whose currency stands beside it.
final class Amounts {
    private Amounts() {}

    static Money of(RowView row, String column) {
        return new Money(
                row.getColumn(column, BigDecimal.class),
                Currency.getInstance(row.getColumn("currency", String.class)));
    }
}
