package org.allodium.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What figures are worth without which nobody can compare them.
final class Machine {
    private Machine() {}

    /// Its processor, and what it did in the last minute.
    static String words() throws IOException {
        return "%s, load %s"
                .formatted(processor(), Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }

    static String processor() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            var name =
                    lines.filter(line -> line.startsWith("model name"))
                            .findFirst()
                            .map(line -> line.substring(line.indexOf(':') + 2))
                            .orElse("an unnamed processor");
            return "%s, %d cores".formatted(name, Runtime.getRuntime().availableProcessors());
        }
    }

    static String atMost(double figure, double limit) {
        return "at most %s: %s".formatted(limit, figure <= limit ? "met" : "missed");
    }

    static String atLeast(double figure, double limit) {
        return "at least %s: %s".formatted(limit, figure >= limit ? "met" : "missed");
    }

    static String verdict(double figure, double limit) {
        return "limit %.0f, %s".formatted(limit, figure <= limit ? "met" : "missed");
    }
}
