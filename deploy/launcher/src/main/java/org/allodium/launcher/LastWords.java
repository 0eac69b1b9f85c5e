package org.allodium.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The one line of a log that says best why its program ended.
final class LastWords {
    /// More than any program says about its own end.
    private static final int TAIL = 64 << 10;
    private static final int MOST = 300;
    private static final String NO_REASON = "it gave no reason in its log";

    private static final Predicate<String> FRAME =
            Pattern.compile("^\\s*(at |\\.\\.\\. \\d+ more|Suppressed:|# *$|-{3,}|={3,})")
                    .asPredicate();
    private static final Predicate<String> COMPLAINT =
            Pattern.compile(
                            "FATAL|PANIC|ERROR|SEVERE|Exception|OutOfMemory|SIG[A-Z]{3,}|No space left|[A-Z]{4,5}\\d{4}E")
                    .asPredicate();

    private LastWords() {}

    /// What the component said last since it was started.
    static String of(DataFolder folder, Component component) {
        var log = folder.log(component.console());
        return of(log, LogMarks.of(folder, component, log));
    }

    /// The last complaint since `from`. A program that was killed says none.
    /// @param from how long the file was when the program started
    static String of(Path log, long from) {
        var lines =
                text(log, from)
                        .lines()
                        .filter(line -> !line.isBlank() && !FRAME.test(line))
                        .toList();
        return last(lines, COMPLAINT)
                .or(() -> last(lines, line -> true).map(line -> NO_REASON + ": " + line))
                .map(LastWords::shortened)
                .orElse(NO_REASON);
    }

    /// The last line with this in it since `from`.
    static Optional<String> matching(Path log, long from, Pattern wanted) {
        return last(text(log, from).lines().toList(), wanted.asPredicate())
                .map(LastWords::shortened);
    }

    private static Optional<String> last(List<String> lines, Predicate<String> wanted) {
        return lines.reversed().stream().filter(wanted).findFirst();
    }

    private static String shortened(String line) {
        var plain = line.strip().replaceAll("\\p{Cntrl}(\\[[0-9;]*m)?", " ");
        return plain.length() <= MOST ? plain : plain.substring(0, MOST) + "…";
    }

    private static String text(Path log, long from) {
        if (!Files.exists(log)) {
            return "";
        }
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            long length = file.length();
            // A file that got shorter was begun anew since.
            long start = Math.max(from <= length ? from : 0, length - TAIL);
            var bytes = new byte[(int) (length - start)];
            file.seek(start);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static long length(Path log) {
        try {
            return Files.exists(log) ? Files.size(log) : 0;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
