package org.allodium.billing.internal;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads Parquet by a library that shares nothing with the one that writes it.
final class ParquetReading {
    private ParquetReading() {}

    /// The names, and then every row as CSV says it; what is absent is an empty text.
    static List<List<String>> of(byte[] file) throws IOException {
        try (var reader = ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(file)));
                var rows = reader.rowReader()) {
            var columns = reader.getFileSchema().getColumns();
            var all = new ArrayList<List<String>>();
            all.add(columns.stream().map(ColumnSchema::name).toList());
            while (rows.hasNext()) {
                rows.next();
                var row = new ArrayList<String>();
                for (int at = 0; at < columns.size(); at++) {
                    row.add(rows.isNull(at) ? "" : text(rows, at, type(columns.get(at))));
                }
                all.add(row);
            }
            return all;
        }
    }

    static List<String> types(byte[] file) throws IOException {
        try (var reader = ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(file)))) {
            return reader.getFileSchema().getColumns().stream()
                    .map(column -> column.name() + "=" + type(column))
                    .toList();
        }
    }

    /// Of each group, how many rows.
    static List<Long> groups(byte[] file) throws IOException {
        try (var reader = ParquetFileReader.open(InputFile.of(ByteBuffer.wrap(file)))) {
            return reader.getFileMetaData().rowGroups().stream()
                    .map(group -> group.numRows())
                    .toList();
        }
    }

    private static String type(ColumnSchema column) {
        var logical = column.logicalType();
        return logical == null
                ? column.type().name()
                : logical.getClass().getSimpleName().replace("Type", "").toUpperCase(Locale.ROOT);
    }

    private static String text(RowReader row, int at, String type) {
        return switch (type) {
            case "TIMESTAMP" ->
                    new DateTimeFormatterBuilder()
                            .appendInstant(6)
                            .toFormatter(Locale.ROOT)
                            .format(row.getTimestamp(at));
            case "DECIMAL" -> {
                var amount = row.getDecimal(at).stripTrailingZeros();
                yield amount.toPlainString();
            }
            case "INT64" -> Long.toString(row.getLong(at));
            case "BOOLEAN" -> Boolean.toString(row.getBoolean(at));
            case "STRING" -> row.getString(at);
            default -> throw new IllegalStateException(type);
        };
    }
}
