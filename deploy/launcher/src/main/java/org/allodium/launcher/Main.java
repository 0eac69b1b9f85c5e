package org.allodium.launcher;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// The commands behind `./allodium`.
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), System.out, System.err));
    }

    /// The one place where trouble becomes a sentence and an exit status.
    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            return new Commands(settings(), out).run(arguments);
        } catch (Trouble trouble) {
            err.println("allodium: " + trouble.getMessage());
            return 1;
        } catch (UncheckedIOException failed) {
            err.println(
                    "allodium: a file could not be read or written ("
                            + Objects.requireNonNull(failed.getCause()).getMessage()
                            + "): is the disk full, or does the data folder belong to another user?");
            return 1;
        }
    }

    private static StackSettings settings() {
        var root = Path.of(System.getProperty("allodium.root", ""));
        return StackSettings.fromEnvironment(root, System.getenv());
    }
}
