package org.allodium.engine.internal.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.allodium.engine.InstructionSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The processor that this process runs on, as Linux describes it.
public final class Processor {
    private static final Logger LOG = LoggerFactory.getLogger(Processor.class);
    private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");

    private static final String NAME_AND_FLAGS = read();
    private static final InstructionSet INSTRUCTIONS =
            InstructionSet.of(flags(NAME_AND_FLAGS), System.getenv());

    private Processor() {}

    /// What PyTorch's operators use of it.
    public static InstructionSet instructions() {
        return INSTRUCTIONS;
    }

    /// Whether it has AVX-512 VNNI, whatever PyTorch may use of it.
    static boolean multipliesBytes() {
        return flags(NAME_AND_FLAGS).contains("avx512_vnni");
    }

    /// Its name and its flags, a line each; empty where the system does not say.
    static String nameAndFlags() {
        return NAME_AND_FLAGS;
    }

    private static String read() {
        if (!Files.isReadable(DESCRIPTION)) {
            return "";
        }
        try (var lines = Files.lines(DESCRIPTION)) {
            return lines.filter(l -> l.startsWith("flags") || l.startsWith("model name"))
                    .limit(2)
                    .reduce("", (a, b) -> a + b + "\n");
        } catch (IOException e) {
            LOG.warn("The processor's flags cannot be read: {}", e.getMessage());
            return "";
        }
    }

    private static Set<String> flags(String nameAndFlags) {
        return nameAndFlags
                .lines()
                .filter(line -> line.startsWith("flags"))
                .map(line -> Set.of(line.substring(line.indexOf(':') + 1).strip().split(" +")))
                .findFirst()
                .orElse(Set.of());
    }
}
