package org.allodium.billing.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Rows as RFC 4180 writes them, in UTF-8, under a head of their names; counted and digested on
/// their way. What is absent is an empty field, and an empty text is two quotation marks.
final class CsvFile implements ExportFile {
    private final String name;
    private final OutputStream out;
    private final int width;
    private final MessageDigest digest;
    private long rows = -1;

    CsvFile(String name, OutputStream out, List<String> columns) throws IOException {
        this.name = name;
        this.out = out;
        this.width = columns.size();
        this.digest = sha256();
        row(columns);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    @Override
    public void row(List<? extends @Nullable String> fields) throws IOException {
        if (fields.size() != width) {
            throw new IllegalArgumentException("A row of " + fields.size() + " in " + name);
        }
        var line = fields.stream().map(CsvFile::field).collect(Collectors.joining(",", "", "\r\n"));
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        digest.update(bytes);
        out.write(bytes);
        rows++;
    }

    @Override
    public Written end() {
        return new Written(name, rows, hex(digest.digest()));
    }

    private static String field(@Nullable String value) {
        if (value == null) {
            return "";
        }
        boolean plain =
                !value.isEmpty()
                        && value.chars()
                                .noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? value : "\"" + value.replace("\"", "\"\"") + "\"";
    }
}
