package org.allodium.evidence;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// That each transaction of a ledger has entries and they add up to zero. Both files stand in the
/// order of the transactions' ids, so that nothing has to be kept.
final class LedgerCheck {
    private final MonthCsv transactions;
    private final MonthCsv entries;
    private MonthCsv.@Nullable Row entry;

    LedgerCheck(MonthCsv transactions, MonthCsv entries) {
        this.transactions = transactions;
        this.entries = entries;
    }

    void run() throws IOException {
        entry = entries.next();
        var before = "";
        for (var row = transactions.next(); row != null; row = transactions.next()) {
            try {
                var id = row.text("id");
                if (id.compareTo(before) <= 0) {
                    transactions.fault("transaction " + id + " stands in the wrong place");
                }
                before = id;
                check(id, row.text("at"));
            } catch (IllegalArgumentException wrong) {
                transactions.fault(String.valueOf(wrong.getMessage()));
            }
        }
        skipUntil(null);
    }

    private void check(String id, String at) throws IOException {
        skipUntil(id);
        var sums = new TreeMap<String, BigDecimal>();
        for (var row = entry; row != null && id.equals(row.text("transaction_id")); row = next()) {
            if (!at.equals(row.text("at"))) {
                entries.fault("it has another time than its transaction " + id);
            }
            sums.merge(row.text("currency"), new BigDecimal(row.text("amount")), BigDecimal::add);
        }
        if (sums.isEmpty()) {
            transactions.fault("transaction " + id + " has no entries");
        }
        sums.forEach(
                (currency, sum) -> {
                    if (sum.signum() != 0) {
                        transactions.fault(
                                "transaction %s does not add up to zero, but to %s %s"
                                        .formatted(id, sum.toPlainString(), currency));
                    }
                });
    }

    /// Entries before that transaction, or all that are left, have none.
    private void skipUntil(@Nullable String id) throws IOException {
        for (var row = entry; row != null; row = next()) {
            var of = row.text("transaction_id");
            if (id != null && of.compareTo(id) >= 0) {
                return;
            }
            entries.fault("its transaction " + of + " is not there");
        }
    }

    private MonthCsv.@Nullable Row next() throws IOException {
        entry = entries.next();
        return entry;
    }
}
