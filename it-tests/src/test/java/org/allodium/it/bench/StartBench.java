package org.allodium.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long a newcomer waits: the first `up` in a copy of the sources alone, with Maven's local
/// repository filled, and the one after it. And what the machine then holds, with all models
/// loaded. The limits hold on an idle machine.
class StartBench {
    private static final double FIRST_SECONDS = 120;
    private static final double SECOND_SECONDS = 20;
    private static final double MOST_MEGABYTES = 1_500;
    private static final long PATIENCE_MINUTES = 15;
    private static final List<String> PROCESSES = List.of("db", "keycloak", "portal", "supervisor");

    @TempDir Path folder;

    @Test
    void startsSoonAndFits() throws Exception {
        Product.without(this::measure);
    }

    private Void measure() throws Exception {
        var checkout = Files.createDirectory(folder.resolve("checkout"));
        copySources(checkout);
        var launcher = Launcher.of(checkout, folder.resolve("out"));
        var before = Machine.words();
        try {
            double first = launcher.seconds("up", "--detach");
            launcher.seconds("down");
            double second = launcher.seconds("up", "--detach");
            // The server gives freed memory back every ten seconds.
            LockSupport.parkNanos(Duration.ofSeconds(15).toNanos());
            var held = new ArrayList<String>();
            double sum = 0;
            for (var process : PROCESSES) {
                double megabytes = megabytes(checkout.resolve(".allodium/run"), process);
                sum += megabytes;
                held.add("%s %.0f".formatted(process, megabytes));
            }
            System.out.printf(
                    Locale.ROOT,
                    "  %s%n  first up %.0f s (%s)%n  second start %.1f s (%s)%n"
                            + "  resident %.0f MB (%s): %s%n",
                    before,
                    first,
                    Machine.verdict(first, FIRST_SECONDS),
                    second,
                    Machine.verdict(second, SECOND_SECONDS),
                    sum,
                    Machine.verdict(sum, MOST_MEGABYTES),
                    String.join(", ", held));
        } finally {
            launcher.seconds("down");
        }
        return null;
    }

    /// What `git clone` would bring, and what is not committed yet.
    private static void copySources(Path checkout) throws Exception {
        var listing =
                new ProcessBuilder("git", "ls-files", "-z", "-co", "--exclude-standard")
                        .directory(Product.root().toFile())
                        .start();
        var names = new String(listing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(listing.waitFor()).isZero();
        for (var name : names.split("\0")) {
            var source = Product.root().resolve(name);
            if (Files.isRegularFile(source)) {
                var copy = checkout.resolve(name);
                Files.createDirectories(copy.getParent());
                Files.copy(source, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /// Of a process and those that it started; what several share counts once.
    private static double megabytes(Path run, String process) throws IOException {
        var pid = Files.readString(run.resolve(process + ".pid")).split(" ")[0];
        var main = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        return Stream.concat(Stream.of(main), main.descendants())
                .mapToDouble(StartBench::megabytes)
                .sum();
    }

    private static double megabytes(ProcessHandle process) {
        var memory = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
        try (var lines = Files.lines(memory)) {
            return lines.filter(line -> line.startsWith("Pss:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    * 1024
                    / 1e6;
        } catch (IOException ended) {
            throw new UncheckedIOException(ended);
        }
    }

    /// `./allodium` as it is typed, on ports that nobody uses.
    private record Launcher(Path checkout, Path out, Map<String, String> ports) {
        static Launcher of(Path checkout, Path out) throws IOException {
            var ports = new HashMap<String, String>();
            for (var name : List.of("PORT", "MANAGEMENT_PORT", "KEYCLOAK_PORT", "DB_PORT")) {
                try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    ports.put("ALLODIUM_" + name, Integer.toString(socket.getLocalPort()));
                }
            }
            return new Launcher(checkout, out, Map.copyOf(ports));
        }

        double seconds(String... arguments) throws Exception {
            var words = new ArrayList<>(List.of(checkout.resolve("allodium").toString()));
            words.addAll(List.of(arguments));
            var builder = new ProcessBuilder(words).directory(checkout.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("ALLODIUM_"));
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().putAll(ports);
            long begun = System.nanoTime();
            var process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
            assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(out)).isZero();
            return (System.nanoTime() - begun) / 1e9;
        }
    }
}
