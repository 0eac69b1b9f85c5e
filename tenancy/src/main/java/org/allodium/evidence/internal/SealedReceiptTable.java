package org.allodium.evidence.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.allodium.evidence.Bytes;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.SealedReceipt;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/// Receipts as they lie in the database, packed; many go in with one statement.
final class SealedReceiptTable {
    private static final String INSERT =
            """
            insert into evidence.sealed_receipt (at, run, seq, form, key, tenant_id, salt, body)
            select t.at, :run, :first + t.place - 1, t.form, t.key, t.tenant, t.salt, t.body
            from unnest(:at, :form, :key, :tenant, :salt, :body) with ordinality
                as t (at, form, key, tenant, salt, body, place)""";
    private static final String SELECT =
            """
            select r.at, r.run, r.seq, r.key, r.tenant_id, r.salt, r.body, f.text
            from evidence.sealed_receipt r left join evidence.receipt_form f on f.id = r.form
            """;

    private static final int FETCHED = 500;

    private SealedReceiptTable() {}

    /// @param payload byte by byte as it was sealed
    record Row(long run, long seq, UUID tenant, Instant at, Bytes salt, Bytes payload) {
        byte[] leaf() {
            return Hashes.leaf(salt.toArray(), payload.toArray());
        }

        String text() {
            return new String(payload.toArray(), StandardCharsets.UTF_8);
        }
    }

    static void append(Handle handle, long run, long first, List<SealedReceipt> receipts) {
        handle.createUpdate(INSERT)
                .bind("run", run)
                .bind("first", first)
                .bind("at", column(Instant.class, receipts, SealedReceipt::at))
                .bind("form", column(Long.class, receipts, SealedReceiptTable::form))
                .bind("key", column(UUID.class, receipts, r -> RowKey.of(r.id()).key()))
                .bind("tenant", column(UUID.class, receipts, SealedReceipt::tenant))
                .bind("salt", column(byte[].class, receipts, r -> r.salt().toArray()))
                .bind("body", column(byte[].class, receipts, r -> r.packed().body().toArray()))
                .execute();
    }

    private static @Nullable Long form(SealedReceipt receipt) {
        return receipt.packed().form().map(ReceiptForm::id).orElse(null);
    }

    private static <T> Argument column(
            Class<T> type,
            List<SealedReceipt> receipts,
            Function<SealedReceipt, @Nullable T> value) {
        return Database.array(type, receipts.stream().map(value).toList());
    }

    /// As the connection's role may see it.
    static Optional<Row> find(Handle handle, RowKey key, String id, RowKey.Window window) {
        // Ids that differ in their prefix alone have one key.
        return handle
                .createQuery(SELECT + "where r.key = :key and r.at >= :from and r.at < :until")
                .bind("key", key.key())
                .bind("from", window.from())
                .bind("until", window.until())
                .map(SealedReceiptTable::row)
                .stream()
                .filter(row -> Receipt.fromJson(row.text()).request().id().equals(id))
                .findFirst();
    }

    /// The next ones of a run, in order.
    /// @param since none of them is older; it keeps the question to a few partitions
    static List<Row> following(Handle handle, long run, long next, Instant since, int atMost) {
        return handle.createQuery(
                        SELECT
                                + "where r.run = :run and r.seq >= :next and r.at >= :since"
                                + " order by r.seq limit :most")
                .bind("run", run)
                .bind("next", next)
                .bind("since", since)
                .bind("most", atMost)
                .map(SealedReceiptTable::row)
                .list();
    }

    /// Of all tenants, run by run; read bit by bit, and to be closed.
    static Stream<Row> between(Handle handle, Instant from, Instant until) {
        return handle
                .createQuery(SELECT + "where r.at >= :from and r.at < :until order by r.run, r.seq")
                .bind("from", from)
                .bind("until", until)
                .setFetchSize(FETCHED)
                .map(SealedReceiptTable::row)
                .stream();
    }

    private static Row row(RowView row) {
        var key = row.getColumn("key", UUID.class);
        var tenant = row.getColumn("tenant_id", UUID.class);
        var at = row.getColumn("at", Instant.class);
        var form = Optional.ofNullable(row.getColumn("text", String.class));
        return new Row(
                row.getColumn("run", Long.class),
                row.getColumn("seq", Long.class),
                tenant,
                at,
                Bytes.of(row.getColumn("salt", byte[].class)),
                Bytes.of(
                        Packing.unpack(
                                row.getColumn("body", byte[].class),
                                form,
                                new Packing.Beside(key, tenant, at))));
    }

    static void addForm(Handle handle, ReceiptForm form) {
        handle.createUpdate(
                        "insert into evidence.receipt_form (id, text) values (:id, :text)"
                                + " on conflict do nothing")
                .bind("id", form.id())
                .bind("text", form.text())
                .execute();
    }

    /// The sequencer's list of runs; a run begins with its first receipt.
    static void begin(Handle handle, long run) {
        handle.createUpdate(
                        "insert into evidence.log_run (run, next_seq, awake_at)"
                                + " values (:run, 0, clock_timestamp()) on conflict do nothing")
                .bind("run", run)
                .execute();
    }
}
