package org.allodium.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// How long a component's log was when it was started: what stands before is of earlier runs. Kept
/// in a file, since who looks is often not who started it.
final class LogMarks {
    private LogMarks() {}

    /// To be called before the component starts.
    static void set(DataFolder folder, Component component, Path log) {
        var text = Long.toString(LastWords.length(log));
        DataFolder.writePrivate(file(folder, component), text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Of a component that an earlier build started only the log's future counts.
    static long of(DataFolder folder, Component component, Path log) {
        try {
            return Long.parseLong(Files.readString(file(folder, component)).strip());
        } catch (IOException | NumberFormatException none) {
            return LastWords.length(log);
        }
    }

    private static Path file(DataFolder folder, Component component) {
        return folder.run().resolve(component.label() + ".log-from");
    }
}
