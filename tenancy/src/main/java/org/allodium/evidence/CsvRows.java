package org.allodium.evidence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads rows as exports write them (RFC 4180, UTF-8): an empty field is absent, two quotation
/// marks are an empty text.
final class CsvRows {
    private static final int END = -1;

    private final BufferedReader in;

    CsvRows(InputStream in) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    }

    /// The next row; null after the last one.
    @Nullable List<@Nullable String> next() throws IOException {
        int first = in.read();
        if (first == END) {
            return null;
        }
        var row = new ArrayList<@Nullable String>();
        int c = first;
        while (true) {
            c = field(row, c);
            if (c == '\n' || c == END) {
                return row;
            }
            c = in.read();
        }
    }

    /// From its first character on; gives what ended it.
    private int field(List<@Nullable String> row, int first) throws IOException {
        var text = new StringBuilder();
        boolean quoted = first == '"';
        int c = quoted ? quoted(text) : first;
        while (c != ',' && c != '\n' && c != END) {
            if (c != '\r') {
                text.append((char) c);
            }
            c = in.read();
        }
        row.add(text.isEmpty() && !quoted ? null : text.toString());
        return c;
    }

    private int quoted(StringBuilder text) throws IOException {
        while (true) {
            int c = in.read();
            if (c == END) {
                return END;
            }
            if (c == '"') {
                int after = in.read();
                if (after != '"') {
                    return after;
                }
            }
            text.append((char) c);
        }
    }
}
