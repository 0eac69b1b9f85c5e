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
import java.util.ArrayList;
import java.util.List;
import org.allodium.evidence.ReceiptVerifier;

/// One method per command; each returns the exit status.
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
            case "up" -> up(flag(rest, "--detach"));
            case "down" -> down();
            case "status" -> status(flag(rest, "--json"));
            case "reset" -> reset(flag(rest, "--yes"));
            case "verify-receipt" -> verifyReceipt(rest);
            case "model" ->
                    new ModelCommands(RunningSettings.recall(folder, settings), folder, out)
                            .run(rest);
            default ->
                    throw new Trouble(
                            "Unknown command \"" + command + "\"; ./allodium help lists them.");
        };
    }

    private int up(boolean detach) {
        var before = Stack.status(settings);
        if (before.state() == Status.State.READY
                && before.settings().ports().equals(settings.ports())) {
            out.println("Allodium runs already." + before.greeting());
            if (outdated()) {
                out.println("A newer build waits: run ./allodium down, then up, to use it.");
            }
            return 0;
        }
        long start = System.nanoTime();
        var interrupt = new Interrupt(settings, out);
        try {
            var stack = Stack.start(settings, line -> out.println("  " + line));
            var seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            out.println("Allodium is ready (" + seconds + " s).");
            out.println(stack.status().greeting());
            if (detach) {
                stack.detach();
                interrupt.disarm();
                return 0;
            }
            out.println("  Ctrl-C stops it.");
            return watch(stack, interrupt);
        } catch (Trouble trouble) {
            interrupt.waitIfStopping();
            interrupt.disarm();
            if (stopping()) {
                out.println("Stopped by ./allodium down.");
                return 1;
            }
            throw trouble;
        }
    }

    /// Until a child ends: told to, by another terminal's `down`, or of its own.
    private int watch(Stack stack, Interrupt interrupt) {
        while (stack.ended().isEmpty()) {
            Waiting.pause(500);
        }
        interrupt.waitIfStopping();
        if (stopping()) {
            Waiting.until(
                    Duration.ofMinutes(2), () -> stack.ended().size() == Component.values().length);
            stack.detach();
            out.println("Stopped by ./allodium down.");
            return 0;
        }
        var first = stack.ended().getFirst();
        stack.close();
        throw new Trouble(
                first.program()
                        + " ended unexpectedly, so the rest was stopped; look at ./allodium logs "
                        + first.label()
                        + ", then run up again: nothing is lost.");
    }

    private boolean outdated() {
        var server = new PortalServer(Path.of("."), folder, settings, Secrets.loadOrMake(folder));
        return server.outdated();
    }

    private boolean stopping() {
        return Files.exists(folder.run().resolve("stopping"));
    }

    private int down() {
        if (!Files.isDirectory(folder.run())) {
            out.println("Allodium does not run.");
            return 0;
        }
        var mark = folder.run().resolve("stopping");
        DataFolder.writePrivate(mark, new byte[0]);
        try {
            boolean ran = Stack.stop(settings.home(), out::println);
            Waiting.until(
                    Duration.ofSeconds(10),
                    () -> Child.recorded(folder.run().resolve("starter.pid")).isEmpty());
            out.println(ran ? "Allodium is stopped; its data stays." : "Allodium does not run.");
            return 0;
        } finally {
            DataFolder.delete(mark);
        }
    }

    private int status(boolean json) {
        var status = Stack.status(settings);
        if (json) {
            out.println(status.json());
            return 0;
        }
        out.println("Allodium is " + status.state().label() + ".");
        for (var component : Component.values()) {
            var child = Child.find(folder, component);
            out.println(
                    "  %-13s %s"
                            .formatted(
                                    component.program(),
                                    child.map(
                                                    found ->
                                                            "runs (process "
                                                                    + found.process().pid()
                                                                    + ")")
                                            .orElse("does not run")));
        }
        if (status.state() == Status.State.READY) {
            out.println(status.greeting());
        }
        return 0;
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
                yield 0;
            }
            case ReceiptVerifier.Outcome.Invalid invalid -> {
                out.println("The receipt is not valid: " + invalid.reason());
                yield 1;
            }
        };
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
