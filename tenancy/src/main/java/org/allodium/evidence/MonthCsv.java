package org.allodium.evidence;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import org.allodium.evidence.internal.Hashes;
import org.jspecify.annotations.Nullable;

/// One CSV file of an exported month while it is checked: its head, its rows' times, their number,
/// and the digest of all of it.
final class MonthCsv implements Closeable {
    private final String name;
    private final List<String> columns;
    private final YearMonth month;
    private final Faults faults;
    private final DigestInputStream in;
    private final CsvRows rows;
    private long count;

    /// A row whose columns are there, by their names.
    static final class Row {
        private final List<String> columns;
        private final List<@Nullable String> fields;

        private Row(List<String> columns, List<@Nullable String> fields) {
            this.columns = columns;
            this.fields = fields;
        }

        @Nullable String maybe(String column) {
            return fields.get(columns.indexOf(column));
        }

        /// Refuses an absent one.
        String text(String column) {
            String field = maybe(column);
            if (field == null) {
                throw new IllegalArgumentException("a row has no " + column);
            }
            return field;
        }
    }

    MonthCsv(String name, List<String> columns, YearMonth month, InputStream in, Faults faults)
            throws IOException {
        this.name = name;
        this.columns = columns;
        this.month = month;
        this.faults = faults;
        this.in = new DigestInputStream(in, Hashes.sha256());
        this.rows = new CsvRows(this.in);
        if (!columns.equals(rows.next())) {
            faults.add("%s has not the columns %s.", name, String.join(", ", columns));
        }
    }

    /// Null after the last one.
    @Nullable Row next() throws IOException {
        for (var fields = rows.next(); fields != null; fields = rows.next()) {
            count++;
            if (fields.size() == columns.size()) {
                var row = new Row(columns, fields);
                checkTime(row);
                return row;
            }
            faults.add("Row %d of %s has %d fields.", count, name, fields.size());
        }
        return null;
    }

    private void checkTime(Row row) {
        try {
            var at = Instant.parse(row.text("at"));
            if (!YearMonth.from(at.atOffset(ZoneOffset.UTC)).equals(month)) {
                faults.add("Row %d of %s is of %s.", count, name, at);
            }
        } catch (DateTimeException | IllegalArgumentException unreadable) {
            faults.add("Row %d of %s has no time.", count, name);
        }
    }

    long count() {
        return count;
    }

    /// What is wrong with the row that was read last.
    void fault(String what) {
        faults.add("Row %d of %s: %s.", count, name, what);
    }

    /// Reads what is left, and compares the whole with what the manifest says of it.
    void end(MonthManifest.Listed said) throws IOException {
        while (next() != null) {
            // Counted.
        }
        in.transferTo(OutputStream.nullOutputStream());
        if (!HexFormat.of().formatHex(in.getMessageDigest().digest()).equals(said.sha256())) {
            faults.add("%s was changed: its SHA-256 is not the manifest's.", name);
        }
        if (count != said.rows()) {
            faults.add("%s has %d rows, and by its manifest %d.", name, count, said.rows());
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
