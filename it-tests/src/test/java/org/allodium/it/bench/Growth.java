package org.allodium.it.bench;

import java.util.concurrent.TimeUnit;
import org.allodium.it.product.Books;

/// What the database holds.
/// @param vacuumed how often a table was vacuumed by the database itself, `byHand` by anybody else
record Growth(double requests, double bytes, double rows, double vacuumed, double byHand) {
    static Growth now() throws Exception {
        // Counts of rows come a moment later.
        TimeUnit.SECONDS.sleep(2);
        return new Growth(
                Books.one("select count(*) from billing.usage_event").doubleValue(),
                Books.one("select pg_database_size(current_database())").doubleValue(),
                Books.one(
                                "select sum(n_tup_ins - n_tup_del) from pg_stat_user_tables"
                                        + " where schemaname in ('billing', 'evidence')")
                        .doubleValue(),
                sum("autovacuum_count"),
                sum("vacuum_count"));
    }

    private static double sum(String count) throws Exception {
        return Books.one("select coalesce(sum(" + count + "), 0) from pg_stat_user_tables")
                .doubleValue();
    }

    String since(Growth before) {
        double more = requests - before.requests;
        double each = (bytes - before.bytes) / more;
        double rowsEach = (rows - before.rows) / more;
        return "database: %.0f bytes (%s) and %.2f rows (%s) per request, over %.0f; tables were vacuumed %.0f times by themselves, %.0f by hand"
                .formatted(
                        each,
                        Machine.atMost(each, 1_229),
                        rowsEach,
                        Machine.atMost(rowsEach, 4),
                        more,
                        vacuumed - before.vacuumed,
                        byHand - before.byHand);
    }
}
