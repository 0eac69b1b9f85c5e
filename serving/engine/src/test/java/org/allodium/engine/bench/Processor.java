package org.allodium.engine.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The processor that figures were taken on, as the system names it.
public final class Processor {
    private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

    private Processor() {}

    /// Name, family, model, number of cores, and what speeds up models.
    public static String name() {
        var facts = facts();
        var known = facts.getOrDefault("flags", "").split(" ");
        var units =
                Stream.of(known)
                        .filter(flag -> flag.matches("avx512f|avx512_(vnni|bf16|fp16)|amx_.*"))
                        .collect(Collectors.joining(", "));
        return "%s (family %s model %s), %d cores, %s"
                .formatted(
                        facts.getOrDefault("model name", System.getProperty("os.arch")),
                        facts.getOrDefault("cpu family", "?"),
                        facts.getOrDefault("model", "?"),
                        Runtime.getRuntime().availableProcessors(),
                        units.isEmpty() ? "no AVX-512" : units);
    }

    /// Of the first core; nothing where the system does not say.
    private static Map<String, String> facts() {
        var facts = new LinkedHashMap<String, String>();
        try (var lines = Files.lines(DESCRIPTION)) {
            lines.takeWhile(line -> !line.isBlank())
                    .map(line -> line.split(":", 2))
                    .filter(parts -> parts.length == 2)
                    .forEach(parts -> facts.put(parts[0].strip(), parts[1].strip()));
        } catch (IOException e) {
            return Map.of();
        }
        return facts;
    }
}
