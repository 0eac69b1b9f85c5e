package org.allodium.billing.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/// Which of a month's rows go into which file of an export.
/// @param name of the file, without its form
/// @param columns as they are called in file and table
/// @param order by an index of one month's table, so that nothing is sorted
record MonthFile(String name, String table, List<String> columns, String order) {
    static final List<MonthFile> ALL =
            List.of(
                    of(
                            "usage",
                            "billing.usage_event",
                            "request_id tenant_id at project_id grant_id input_tokens"
                                    + " output_tokens cost from_cache currency outcome model pool"
                                    + " key_name subject",
                            "request_id"),
                    of(
                            "payments",
                            "billing.usage_payment",
                            "request_id line at tenant_id grant_id funder programme amount",
                            "request_id, line"),
                    of(
                            "ledger_transactions",
                            "billing.ledger_transaction",
                            "id kind idempotency_key at run first_receipt last_receipt",
                            "id"),
                    of(
                            "ledger_entries",
                            "billing.ledger_entry",
                            "transaction_id line at account amount currency",
                            "transaction_id, line"));

    private static final int FETCHED = 1_000;

    MonthFile {
        columns = List.copyOf(columns);
    }

    private static MonthFile of(String name, String table, String columns, String order) {
        return new MonthFile(name, table, Arrays.asList(columns.split(" ", -1)), order);
    }

    void write(Handle handle, Instant from, Instant until, ExportFile file) throws IOException {
        var query =
                handle.createQuery(sql())
                        .bind("from", from)
                        .bind("until", until)
                        .setFetchSize(FETCHED);
        try (var rows = query.map(this::fields).stream()) {
            for (var each = rows.iterator(); each.hasNext(); ) {
                file.row(each.next());
            }
        }
    }

    private List<String> fields(RowView row) {
        var fields = new String[columns.size()];
        Arrays.setAll(fields, at -> row.getColumn("f" + at, String.class));
        return Arrays.asList(fields);
    }

    private String sql() {
        var sql = new StringBuilder("select ");
        for (int at = 0; at < columns.size(); at++) {
            sql.append(at == 0 ? "" : ", ")
                    .append(text(columns.get(at)))
                    .append(" as f")
                    .append(at);
        }
        return sql.append(" from ")
                .append(table)
                .append(" where at >= :from and at < :until order by ")
                .append(order)
                .toString();
    }

    private static String text(String column) {
        return switch (column) {
            case "at" -> "to_char(at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
            case "cost", "amount" -> "trim_scale(" + column + ")::text";
            default -> column + "::text";
        };
    }
}
