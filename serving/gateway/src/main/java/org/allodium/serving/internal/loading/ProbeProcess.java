package org.allodium.serving.internal.loading;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.allodium.engine.ModelProbe;
import org.allodium.engine.ModelRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs [ModelProbe] in a process of its own. The kernel limits its address space, heap and native
/// memory together, its processor time and the size of what it writes; it knows no secret of the
/// server, and ends with the deadline. See decision 0105.
final class ProbeProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeProcess.class);
    private static final int MOST_ANSWER = 65_536;
    private static final List<String> PASSED_ON =
            List.of("PATH", "HOME", "TMPDIR", "LANG", "DJL_CACHE_DIR", "DJL_OFFLINE");

    private final String classPath;
    private final Limits limits;

    /// @param addressSpace bytes, of which the machine's own code takes about one gigabyte
    record Limits(long addressSpace, Duration processor, Duration patience) {
        static final Limits STANDARD =
                new Limits(4L << 30, Duration.ofMinutes(1), Duration.ofMinutes(3));
    }

    ProbeProcess(String classPath, Limits limits) {
        this.classPath = classPath;
        this.limits = limits;
    }

    /// What the probe says of the directory.
    /// @throws ModelRefused with its reason, or because it did not end by itself
    JsonNode inspect(Path directory) {
        try {
            var process = start(directory);
            try {
                return answer(process);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new IllegalStateException("The inspection of a model cannot be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The inspection of a model was interrupted", e);
        }
    }

    private Process start(Path directory) throws IOException {
        var command = new ArrayList<String>();
        command.addAll(List.of("/bin/sh", "-c", limited(), "probe"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-Xmx768m",
                        "-Xss1m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ReservedCodeCacheSize=48m",
                        "-XX:CompressedClassSpaceSize=64m",
                        "-XX:-UsePerfData",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=/dev/null",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dai.djl.offline=true",
                        "-cp",
                        classPath,
                        ModelProbe.class.getName(),
                        directory.toAbsolutePath().toString()));
        var builder = new ProcessBuilder(command);
        var kept = Map.copyOf(builder.environment());
        builder.environment().clear();
        PASSED_ON.stream()
                .filter(kept::containsKey)
                .forEach(name -> builder.environment().put(name, kept.get(name)));
        return builder.redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
    }

    /// The limits hold for what the shell becomes.
    private String limited() {
        return "ulimit -v %d && ulimit -t %d && ulimit -c 0 && exec \"$@\""
                .formatted(limits.addressSpace() >> 10, limits.processor().toSeconds());
    }

    private JsonNode answer(Process process) throws IOException, InterruptedException {
        // It writes one line at its end, so that nobody waits for the pipe.
        if (!process.waitFor(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("The inspection of a model took longer than {}", limits.patience());
            throw beyond();
        }
        var said = process.getInputStream().readNBytes(MOST_ANSWER);
        if (process.exitValue() != 0) {
            LOG.warn("The inspection of a model ended with status {}", process.exitValue());
            throw beyond();
        }
        JsonNode answer;
        try {
            answer = JsonMapper.shared().readTree(new String(said, StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            LOG.warn("The inspection of a model said nothing that can be read", e);
            throw beyond();
        }
        if (answer.has("refused")) {
            throw new ModelRefused(answer.path("refused").asString(""));
        }
        return answer;
    }

    private ModelRefused beyond() {
        return new ModelRefused(
                "The model cannot be inspected within %d MiB of memory and %d s: its files ask for too much."
                        .formatted(limits.addressSpace() >> 20, limits.processor().toSeconds()));
    }
}
