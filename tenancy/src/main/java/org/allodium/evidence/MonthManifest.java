package org.allodium.evidence;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What an export of a month says of itself. See decision 0164.
/// @param log absent where the log was empty
record MonthManifest(YearMonth month, Optional<Log> log, List<Listed> files) {
    static final String NAME = "manifest.json";
    static final String KEYS = "jwks.json";
    static final List<String> TABLES =
            List.of(
                    "usage",
                    "payments",
                    "ledger_transactions",
                    "ledger_entries",
                    "receipts",
                    "signed_receipts");

    // The first form had no Parquet.
    private static final int CSV_ALONE = 1;
    private static final int WITH_PARQUET = 2;

    MonthManifest {
        files = List.copyOf(files);
    }

    record Log(String origin, long size, String checkpoint) {}

    record Listed(String name, long rows, String sha256) {}

    /// Empty where it is none, or none that is known here.
    static Optional<MonthManifest> read(byte[] text) {
        return ReceiptVerifier.parse(new String(text, StandardCharsets.UTF_8))
                .filter(JsonNode::isObject)
                .flatMap(MonthManifest::of);
    }

    private static Optional<MonthManifest> of(JsonNode node) {
        int form = node.path("form").intValue(0);
        var files = new ArrayList<Listed>();
        for (var file : node.path("files")) {
            files.add(
                    new Listed(
                            file.path("name").stringValue(""),
                            file.path("rows").longValue(-1),
                            file.path("sha256").stringValue("")));
        }
        var names = files.stream().map(Listed::name).toList();
        try {
            var month = YearMonth.parse(node.path("month").stringValue(""));
            return names.equals(expected(form))
                    ? Optional.of(new MonthManifest(month, log(node.path("log")), files))
                    : Optional.empty();
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    private static List<String> expected(int form) {
        var tables =
                switch (form) {
                    case CSV_ALONE -> TABLES.stream().map(table -> table + ".csv");
                    case WITH_PARQUET ->
                            TABLES.stream()
                                    .flatMap(
                                            table -> Stream.of(table + ".csv", table + ".parquet"));
                    default -> Stream.<String>empty();
                };
        return Stream.concat(tables, Stream.of(KEYS)).toList();
    }

    private static Optional<Log> log(JsonNode node) {
        return node.isObject()
                ? Optional.of(
                        new Log(
                                node.path("origin").stringValue(""),
                                node.path("size").longValue(-1),
                                node.path("checkpoint").stringValue("")))
                : Optional.empty();
    }

    Listed file(String name) {
        return files.stream().filter(file -> file.name().equals(name)).findFirst().orElseThrow();
    }
}
