package org.allodium.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.allodium.evidence.MonthVerifier;
import tools.jackson.databind.JsonNode;

/// `./allodium months …`, through the running server, and `./allodium verify-month`, without one.
record MonthCommands(StackSettings settings, DataFolder folder, PrintStream out) {
    private static final String USAGE =
            "Usage: ./allodium months list | export YYYY-MM --to FILE | detach YYYY-MM"
                    + " | attach YYYY-MM.";
    private static final String LINE = "%-9s %-9s %12s  %-32s %s";

    int run(List<String> arguments) {
        var words = List.copyOf(arguments);
        var command = words.isEmpty() ? "" : words.getFirst();
        if (command.equals("list") && words.size() == 1) {
            return list();
        }
        if (command.equals("export") && words.size() == 4 && words.get(2).equals("--to")) {
            return export(month(words.get(1)), Path.of(words.get(3)));
        }
        if (words.size() == 2) {
            return switch (command) {
                case "detach" -> move(month(words.get(1)), "detach");
                case "attach" -> move(month(words.get(1)), "attach");
                default -> throw new Trouble(USAGE);
            };
        }
        throw new Trouble(USAGE);
    }

    private static YearMonth month(String text) {
        try {
            return YearMonth.parse(text);
        } catch (DateTimeException unreadable) {
            throw new Trouble("A month is written as 2026-11, not \"" + text + "\".", unreadable);
        }
    }

    private int list() {
        var api = api();
        var answer = api.call(api.request("/months").GET());
        out.println(LINE.formatted("MONTH", "STATE", "BYTES", "EXPORTED", "MOVED").stripTrailing());
        for (var month : answer.path("data")) {
            out.println(
                    LINE.formatted(
                                    month.path("month").asString(),
                                    month.path("state").asString(),
                                    month.path("bytes").asString(),
                                    act(month.path("exported")),
                                    act(month.path("moved")))
                            .stripTrailing());
        }
        return 0;
    }

    private static String act(JsonNode act) {
        return act.isObject()
                ? "%s by %s"
                        .formatted(
                                Instant.parse(act.path("at").asString())
                                        .truncatedTo(ChronoUnit.SECONDS),
                                act.path("actor").asString())
                : "-";
    }

    /// An export is checked before it counts here: it may be all that is left of a month.
    private int export(YearMonth month, Path file) {
        if (Files.exists(file)) {
            throw new Trouble(file + " is there already: name another file.");
        }
        var api = api();
        api.download(api.request("/months/" + month + "/export").GET(), file);
        out.println("%s is in %s.".formatted(month, file));
        return verify(file, folder.receiptKeys());
    }

    private int move(YearMonth month, String door) {
        var api = api();
        HttpRequest.Builder request =
                api.request("/months/" + month + "/" + door).POST(BodyPublishers.noBody());
        var state = api.call(request).path("state").asString();
        out.println(
                state.equals("detached")
                        ? "%s is detached: balances stay, its receipts answer \"archived\"."
                                .formatted(month)
                        : "%s is attached: its receipts are there again.".formatted(month));
        return 0;
    }

    private AdminApi api() {
        return new AdminApi(settings, folder);
    }

    /// `verify-month FILE [--jwks FILE]`.
    int verify(List<String> arguments) {
        var words = new ArrayList<>(arguments);
        var keys = folder.receiptKeys();
        int option = words.indexOf("--jwks");
        if (option >= 0 && option + 1 < words.size()) {
            keys = Path.of(words.remove(option + 1));
            words.remove(option);
        }
        if (words.size() != 1) {
            throw new Trouble("Usage: ./allodium verify-month FILE [--jwks FILE].");
        }
        var file = Path.of(words.getFirst());
        if (!Files.isReadable(file)) {
            throw new Trouble(file + " cannot be read.");
        }
        return verify(file, keys);
    }

    private int verify(Path file, Path keys) {
        return switch (outcome(file, keys)) {
            case MonthVerifier.Outcome.Valid valid -> {
                out.println("The export of " + valid.month() + " is whole and unchanged.");
                out.println(
                        "It has %d requests, a receipt for each, and %d ledger transactions that add up."
                                .formatted(valid.requests(), valid.transactions()));
                valid.log()
                        .ifPresent(
                                log ->
                                        out.println(
                                                "The receipts are in the log %s, in its checkpoint of %d entries, signed with key %s."
                                                        .formatted(
                                                                log.origin(),
                                                                log.size(),
                                                                log.key().kid())));
                out.println("SHA-256 of its manifest: " + valid.manifest());
                yield 0;
            }
            case MonthVerifier.Outcome.Invalid invalid -> {
                out.println("The export is not valid:");
                invalid.reasons().forEach(reason -> out.println("  " + reason));
                yield 1;
            }
        };
    }

    private static MonthVerifier.Outcome outcome(Path file, Path keys) {
        String jwks;
        try {
            jwks = Files.readString(keys, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new Trouble(keys + " cannot be read.", unreadable);
        }
        try {
            return MonthVerifier.verify(file, jwks);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
