package org.allodium.launcher;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A process of ours. Its pid file holds pid and start time, since a pid alone may by now belong to
/// somebody else.
record Child(Component component, ProcessHandle process, Path pidFile) {
    private static final int DUMP_MILLIS = 2_000;

    /// A command with the whole environment it gets; nothing is inherited.
    record Command(List<String> words, Map<String, String> environment, Path directory) {
        Command {
            words = List.copyOf(words);
            environment = Map.copyOf(environment);
        }
    }

    /// The running child that an earlier start left, if there is one.
    static Optional<Child> find(DataFolder folder, Component component) {
        var pidFile = folder.pidFile(component.label());
        return recorded(pidFile).map(process -> new Child(component, process, pidFile));
    }

    static Child start(DataFolder folder, Component component, Command command, Path log) {
        var pidFile = folder.pidFile(component.label());
        LogMarks.set(folder, component, log);
        try {
            var builder = new ProcessBuilder(ownSession(command.words()));
            builder.directory(command.directory().toFile());
            builder.environment().clear();
            builder.environment().putAll(command.environment());
            builder.redirectInput(new File("/dev/null"));
            builder.redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            var process = builder.start().toHandle();
            record(pidFile, process);
            return new Child(component, process, pidFile);
        } catch (IOException failed) {
            throw new Trouble(
                    component.program() + " could not be started: " + failed.getMessage() + ".",
                    failed);
        }
    }

    static void record(Path pidFile, ProcessHandle process) {
        var text = process.pid() + " " + startMillis(process) + "\n";
        DataFolder.writePrivate(pidFile, text.getBytes(StandardCharsets.US_ASCII));
    }

    /// The process that the file names, when it is still that very process.
    static Optional<ProcessHandle> recorded(Path pidFile) {
        try {
            var parts = Files.readString(pidFile).strip().split(" ");
            long start = Long.parseLong(parts[1]);
            return ProcessHandle.of(Long.parseLong(parts[0]))
                    .filter(Child::running)
                    .filter(process -> startMillis(process) == start);
        } catch (IOException
                | NumberFormatException
                | ArrayIndexOutOfBoundsException absentOrBroken) {
            return Optional.empty();
        }
    }

    boolean running() {
        return running(process);
    }

    void stop(Duration patience) {
        if (running()) {
            // PostgreSQL would wait for its clients on the usual signal; on this one it ends their
            // sessions.
            signal(component == Component.DATABASE ? "INT" : "TERM");
            if (!ended(patience)) {
                kill();
            }
        }
        try {
            Files.deleteIfExists(pidFile);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void kill() {
        signal("KILL");
        ended(Duration.ofSeconds(10));
    }

    /// A server that hangs leaves in its log where each of its threads stands.
    void logThreads() {
        if (component != Component.DATABASE) {
            signal("QUIT");
            Waiting.pause(DUMP_MILLIS);
        }
    }

    private boolean ended(Duration patience) {
        return Waiting.until(patience, () -> !running());
    }

    private void signal(String name) {
        signal(process.pid(), name);
    }

    static void signal(long pid, String name) {
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// A zombie is dead, although its pid is still listed where nobody reaps it.
    private static boolean running(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException | IndexOutOfBoundsException noSuchFile) {
            return process.isAlive();
        }
    }

    private static long startMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /// Away from the terminal's signals: Ctrl-C must reach the launcher alone, which stops the
    /// children in order.
    private static List<String> ownSession(List<String> words) {
        if (!Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            return words;
        }
        var all = new ArrayList<String>();
        all.add("/usr/bin/setsid");
        all.addAll(words);
        return all;
    }
}
