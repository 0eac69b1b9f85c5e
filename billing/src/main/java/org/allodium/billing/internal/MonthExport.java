package org.allodium.billing.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.allodium.billing.MonthArchive;
import org.allodium.evidence.Bytes;
import org.allodium.evidence.ExportedReceipt;
import org.allodium.evidence.ReceiptExport;
import org.allodium.evidence.SignedReceipt;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A month as a ZIP of files, each in CSV and in Parquet, and a manifest that names each with its
/// rows and digest, and the one checkpoint to which every receipt's path leads. Written bit by bit
/// in one transaction, in which no month can be moved.
public final class MonthExport implements MonthArchive {
    private static final JsonMapper JSON = JsonMapper.shared();
    // 2: Parquet beside CSV.
    private static final int FORM = 2;
    private static final String KEEP_DOORS_SHUT =
            "select pg_try_advisory_xact_lock_shared(hashtextextended('billing.doors', 0))";
    private static final String NOTE =
            "select billing.note_export(:month, :now, :actor, :manifest)::text";
    // As the other files write a time: always to the microsecond.
    private static final DateTimeFormatter MICROS =
            new DateTimeFormatterBuilder().appendInstant(6).toFormatter(Locale.ROOT);
    private static final List<String> RECEIPTS =
            List.of("id", "tenant_id", "at", "leaf_index", "salt", "path", "payload");
    private static final List<String> SIGNED = List.of("id", "tenant_id", "at", "jws");

    private final Database platform;
    private final Clock clock;
    private final YearMonth month;
    private final String actor;
    private final String jwks;

    /// @param jwks all public keys, by which the checkpoint is checked
    public MonthExport(Database platform, Clock clock, YearMonth month, String actor, String jwks) {
        this.platform = platform;
        this.clock = clock;
        this.month = month;
        this.actor = actor;
        this.jwks = jwks;
    }

    private record Log(String origin, long size, String checkpoint) {
        static Log of(String checkpoint) {
            var lines = checkpoint.split("\n", -1);
            return new Log(lines[0], Long.parseLong(lines[1]), checkpoint);
        }
    }

    private record Manifest(
            int form,
            String month,
            String made,
            @Nullable Log log,
            List<ExportFile.Written> files) {
        Manifest {
            files = List.copyOf(files);
        }
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        try {
            platform.<IOException>useTransaction(handle -> write(handle, out));
        } catch (JdbiException e) {
            throw Replies.explain(e);
        }
    }

    private void write(Handle handle, OutputStream out) throws IOException {
        if (!handle.createQuery(KEEP_DOORS_SHUT).mapTo(Boolean.class).one()) {
            throw MonthDoors.busy();
        }
        var from = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        var until = MonthDoors.end(month);
        var receipts = ReceiptExport.in(handle);
        var zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        var files = new ArrayList<ExportFile.Written>();
        for (var table : MonthFile.ALL) {
            both(
                    zip,
                    files,
                    table.name(),
                    table.columns(),
                    file -> table.write(handle, from, until, file));
        }
        both(
                zip,
                files,
                "receipts",
                RECEIPTS,
                file -> receipts.each(from, until, one -> file.row(fields(one))));
        both(
                zip,
                files,
                "signed_receipts",
                SIGNED,
                file -> receipts.eachSigned(from, until, one -> file.row(fields(one))));
        byte[] keys = jwks.getBytes(StandardCharsets.UTF_8);
        put(zip, "jwks.json", keys);
        files.add(
                new ExportFile.Written("jwks.json", 0, CsvFile.hex(CsvFile.sha256().digest(keys))));
        var manifest =
                new Manifest(
                        FORM,
                        month.toString(),
                        time(clock.instant()),
                        receipts.checkpoint().map(Log::of).orElse(null),
                        files);
        byte[] text = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
        put(zip, "manifest.json", text);
        zip.finish();
        zip.flush();
        // Only now: what broke off on its way is no export.
        note(handle, CsvFile.sha256().digest(text));
    }

    private void note(Handle handle, byte[] manifest) {
        handle.createQuery(NOTE)
                .bind("month", month.atDay(1))
                .bind("now", clock.instant())
                .bind("actor", actor)
                .bind("manifest", manifest)
                .mapTo(String.class)
                .one();
    }

    private interface Content {
        void into(ExportFile file) throws IOException;
    }

    private interface Form {
        ExportFile begin(String name, OutputStream out, List<String> columns) throws IOException;
    }

    /// The rows are read once for each form, since a ZIP takes one file after the other.
    private static void both(
            ZipOutputStream zip,
            List<ExportFile.Written> files,
            String name,
            List<String> columns,
            Content content)
            throws IOException {
        var csv = file(zip, name + ".csv", columns, CsvFile::new, content);
        // Its pages are compressed already.
        zip.setLevel(Deflater.NO_COMPRESSION);
        var parquet = file(zip, name + ".parquet", columns, ParquetFile::new, content);
        zip.setLevel(Deflater.DEFAULT_COMPRESSION);
        if (csv.rows() != parquet.rows()) {
            throw new IllegalStateException("Somebody wrote into a month that is over");
        }
        files.addAll(List.of(csv, parquet));
    }

    private static ExportFile.Written file(
            ZipOutputStream zip, String name, List<String> columns, Form form, Content content)
            throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        var file = form.begin(name, zip, columns);
        content.into(file);
        var written = file.end();
        zip.closeEntry();
        return written;
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static List<String> fields(ExportedReceipt receipt) {
        var proof = receipt.proof();
        return List.of(
                receipt.id(),
                receipt.tenant().toString(),
                time(receipt.at()),
                Long.toString(proof.index()),
                proof.salt().base64(),
                proof.path().stream().map(Bytes::base64).collect(Collectors.joining(" ")),
                receipt.payload());
    }

    private static List<String> fields(SignedReceipt receipt) {
        return List.of(
                receipt.id(), receipt.tenant().toString(), time(receipt.at()), receipt.jws());
    }

    private static String time(Instant at) {
        return MICROS.format(at);
    }
}
