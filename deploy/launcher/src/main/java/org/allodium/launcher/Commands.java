package org.allodium.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.allodium.evidence.ReceiptVerifier;

/// One method per command; each returns the exit status. See decision 0027.
final class Commands {
    private final StackSettings settings;
    private final DataFolder folder;
    private final PrintStream out;

    Commands(StackSettings settings, PrintStream out) {
        this.settings = settings;
        this.folder = new DataFolder(settings.home());
        this.out = out;
    }

    int run(List<String> arguments) {
        var command = arguments.isEmpty() ? "" : arguments.getFirst();
        var rest = arguments.isEmpty() ? List.<String>of() : arguments.subList(1, arguments.size());
        return switch (command) {
            case "up" -> up(UpOptions.of(rest));
            case "dev" -> {
                flag(rest, "");
                yield new DevelopmentCommand(settings, folder, out).run();
            }
            case "down" -> down();
            case "supervise" -> supervise();
            case "status" -> status(flag(rest, "--json"));
            case "reset" -> reset(flag(rest, "--yes"));
            case "verify-receipt" -> verifyReceipt(rest);
            case "verify-month" -> new MonthCommands(settings, folder, out).verify(rest);
            case "months" -> new MonthCommands(nodeThatRuns(), folder, out).run(rest);
            case "model" -> new ModelCommands(nodeThatRuns(), folder, out).run(rest);
            case "keys" ->
                    new KeyCommands(RunningSettings.recall(folder, settings), folder, out)
                            .run(rest);
            default ->
                    throw new Trouble(
                            "Unknown command \"" + command + "\"; ./allodium help lists them.");
        };
    }

    private StackSettings nodeThatRuns() {
        var running = RunningSettings.recall(folder, settings);
        return running.servers().stream()
                .filter(node -> Child.find(folder, node).isPresent())
                .findFirst()
                .map(running::of)
                .orElse(running);
    }

    private int up(UpOptions options) {
        int latest = RunningSettings.recall(folder, settings).nodes();
        return new Commands(settings.withNodes(options.nodes().orElse(latest)), out)
                .up(options.detach());
    }

    private int up(boolean detach) {
        var before = Stack.status(settings);
        if (before.state() == Status.State.READY
                && before.settings().nodes() == settings.nodes()
                && before.settings().ports().equals(settings.ports())) {
            return upAlready(before);
        }
        long start = System.nanoTime();
        var interrupt = new Interrupt(settings, out);
        try {
            var stack = Stack.start(settings, line -> out.println("  " + line));
            var seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            out.println("Allodium is ready (" + seconds + " s).");
            out.println(stack.status().greeting());
            if (detach) {
                stack.supervise();
                interrupt.disarm();
                return 0;
            }
            out.println("  Ctrl-C stops it.");
            return watch(interrupt);
        } catch (Trouble trouble) {
            interrupt.waitIfStopping();
            interrupt.disarm();
            if (stopping().stands()) {
                out.println("Stopped by ./allodium down.");
                return 1;
            }
            throw trouble;
        }
    }

    private int upAlready(Status status) {
        out.println("Allodium runs already." + status.greeting());
        if (!Supervisor.watches(folder)) {
            new SupervisorProcess(RunningSettings.recall(folder, settings)).launch();
            out.println("Nobody watched it any more: a new supervisor does.");
        }
        if (outdated()) {
            out.println("A newer build waits: run ./allodium down, then up, to use it.");
        }
        return 0;
    }

    /// Restarts what dies until told to end: by Ctrl-C, or another terminal's `down` or `up`.
    private int watch(Interrupt interrupt) {
        var end = Supervisor.watch(settings, line -> out.println("  " + line));
        interrupt.waitIfStopping();
        switch (end) {
            case STOPPED -> {
                Waiting.until(Duration.ofMinutes(2), () -> !stopping().stands());
                interrupt.disarm();
                out.println("Stopped by ./allodium down.");
                return 0;
            }
            case SUPERSEDED -> {
                interrupt.disarm();
                out.println(
                        "Another ./allodium up took over; this one ends, and the rest runs on.");
                return 0;
            }
            case GAVE_UP -> {
                interrupt.disarm();
                throw new Trouble(
                        "The supervisor gave up, and what still runs was left as it is: ./allodium status says why, up tries again, down stops it.");
            }
        }
        throw new IllegalStateException("Every end of a watch is told");
    }

    /// The supervisor of a product without a terminal; not for people.
    private int supervise() {
        int nodes = RunningSettings.recall(folder, settings).nodes();
        var end =
                Supervisor.watch(
                        settings.withNodes(nodes), line -> out.println(Instant.now() + " " + line));
        return end == Supervisor.End.GAVE_UP ? 1 : 0;
    }

    private boolean outdated() {
        var secrets = Secrets.loadOrMake(folder);
        return settings.servers().stream()
                .map(node -> new PortalServer(Path.of("."), folder, settings, secrets, node))
                .anyMatch(PortalServer::outdated);
    }

    private StopMark stopping() {
        return new StopMark(folder);
    }

    private int down() {
        if (!Files.isDirectory(folder.run())) {
            out.println("Allodium does not run.");
            return 0;
        }
        var mark = stopping();
        mark.set();
        try {
            // The supervisor goes first, and a start that it was about to make ends with it.
            Supervisor.end(folder);
            boolean ran = Stack.stop(settings.home(), out::println);
            // A start under way may have been about to add one more.
            Waiting.until(Duration.ofSeconds(10), () -> !FolderLock.isHeld(folder));
            ran |= Stack.stop(settings.home(), out::println);
            Stack.keepClasses(settings);
            Supervisor.retire(folder);
            out.println(ran ? "Allodium is stopped; its data stays." : "Allodium does not run.");
            return 0;
        } finally {
            mark.remove();
        }
    }

    private int status(boolean json) {
        var status = Stack.status(settings);
        var engines =
                status.state() == Status.State.STOPPED
                        ? Map.<Component, EngineReport>of()
                        : engines(status.settings());
        if (json) {
            out.println(status.json(engines));
            return 0;
        }
        out.println("Allodium is " + status.state().label() + ".");
        var supervision = status.supervision();
        for (var component : status.settings().components()) {
            var runs =
                    Child.find(folder, component)
                            .map(child -> "runs (process " + child.process().pid() + ")")
                            .orElse("does not run");
            var node = status.node(component).map(name -> ", " + name).orElse("");
            out.println(line(component.program(), runs + node + supervision.restartsOf(component)));
        }
        if (status.state() != Status.State.STOPPED) {
            out.println(line("Supervisor", supervision.sentence()));
        }
        if (status.state() == Status.State.READY || status.state() == Status.State.STARTING) {
            status.settings()
                    .servers()
                    .forEach(node -> waitingFor(status.settings().of(node), status.node(node)));
        }
        engines.forEach((node, report) -> report.lines(status.node(node)).forEach(out::println));
        if (status.state() == Status.State.READY) {
            out.println(status.greeting());
        }
        return 0;
    }

    /// Of the servers that answer.
    private static Map<Component, EngineReport> engines(StackSettings running) {
        var engines = new EnumMap<Component, EngineReport>(Component.class);
        for (var node : running.servers()) {
            EngineReport.of(running.of(node)).ifPresent(report -> engines.put(node, report));
        }
        return engines;
    }

    private static String line(String name, String what) {
        return "  %-14s %s".formatted(name, what);
    }

    /// @param name absent where there is one node alone
    private void waitingFor(StackSettings node, Optional<String> name) {
        var which = name.map(words -> " (" + words + ")").orElse("");
        switch (ReadinessReport.of(node)) {
            case ReadyWait.Look.Ready(var missing) ->
                    missing.forEach(sentence -> out.println(line("Missing", sentence + which)));
            case ReadyWait.Look.NotYet(var what) -> out.println(line("Waiting for", what + which));
            case ReadyWait.Look.Never(var why) -> out.println(line("Not ready", why + which));
        }
    }

    private int reset(boolean sure) {
        if (!Files.isDirectory(settings.home())) {
            out.println("There is nothing to reset at " + settings.home() + ".");
            return 0;
        }
        if (!Files.isDirectory(folder.run())) {
            throw new Trouble(
                    settings.home() + " is not a data folder of Allodium: it is left alone.");
        }
        if (!sure && !confirmed()) {
            out.println("Nothing was deleted.");
            return 1;
        }
        down();
        try (var all = Files.list(settings.home())) {
            // The unpacked servers hold nothing of the user's and take long to unpack again.
            for (var path : all.filter(path -> !path.equals(settings.runtime())).toList()) {
                DataFolder.delete(path);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        out.println("Deleted. ./allodium up starts anew.");
        return 0;
    }

    private boolean confirmed() {
        out.print(
                "This deletes all accounts, grants, keys, models and receipts in "
                        + settings.home()
                        + ". Type yes to go on: ");
        out.flush();
        try {
            var answer =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                            .readLine();
            return "yes".equals(answer);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private int verifyReceipt(List<String> arguments) {
        var words = new ArrayList<>(arguments);
        var keys = folder.receiptKeys();
        int option = words.indexOf("--jwks");
        if (option >= 0 && option + 1 < words.size()) {
            keys = Path.of(words.remove(option + 1));
            words.remove(option);
        }
        if (words.size() != 1) {
            throw new Trouble("Usage: ./allodium verify-receipt FILE [--jwks FILE].");
        }
        var outcome = ReceiptVerifier.verify(bytes(Path.of(words.getFirst())), text(keys));
        return switch (outcome) {
            case ReceiptVerifier.Outcome.Valid valid -> {
                out.println("Receipt " + valid.receiptId() + " is genuine and unchanged.");
                valid.place().ifPresentOrElse(place -> tell(place, valid.key()), () -> tell(valid));
                yield 0;
            }
            case ReceiptVerifier.Outcome.Invalid invalid -> {
                out.println("The receipt is not valid: " + invalid.reason());
                yield 1;
            }
        };
    }

    private void tell(ReceiptVerifier.Outcome.Valid valid) {
        out.println("Signed with key " + described(valid.key()) + ".");
    }

    private void tell(ReceiptVerifier.Place place, ReceiptVerifier.SignedBy key) {
        out.println(
                "It is entry %d of the log %s, in its checkpoint of %d entries."
                        .formatted(place.index(), place.origin(), place.size()));
        out.println("Checkpoint signed with key " + described(key) + ".");
        place.reading()
                .ifPresent(
                        reading ->
                                out.println(
                                        "First read at %s. Signed with key %s."
                                                .formatted(
                                                        reading.at(), described(reading.key()))));
    }

    private static String described(ReceiptVerifier.SignedBy key) {
        var text = new StringBuilder(key.kid());
        key.since().ifPresent(since -> text.append(", in use since ").append(since));
        key.until()
                .ifPresent(
                        until ->
                                text.append(key.lost() ? ", declared lost at " : ", rotated at ")
                                        .append(until));
        return text.toString();
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new Trouble(file + " cannot be read.", unreadable);
        }
    }

    private static String text(Path file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    private static boolean flag(List<String> arguments, String name) {
        for (var argument : arguments) {
            if (!argument.equals(name)) {
                throw new Trouble(
                        "Unknown option \"" + argument + "\"; ./allodium help lists them.");
            }
        }
        return !arguments.isEmpty();
    }
}
