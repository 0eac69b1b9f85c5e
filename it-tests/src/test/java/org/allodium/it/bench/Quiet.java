package org.allodium.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.it.product.Processes;
import org.allodium.launcher.Component;

/// Whether the machine does anything else than what is measured. What the bench, the product and
/// its peers spend is their own: only what other processes spend makes a figure worthless.
final class Quiet {
    /// Of all cores.
    private static final double MOST = 0.08;

    private static final boolean ANYWAY = Boolean.getBoolean("allodium.bench.anyway");
    private static final int PATIENCE_SECONDS = 120;
    private static final int LOOK_SECONDS = 3;
    private static final int STOLEN = 7;

    private Quiet() {}

    /// What was spent since the machine started, in ticks: by all processes, by those that are
    /// measured, by the host on others; `possible` with idling.
    record Spent(double all, double own, double stolen, double possible) {
        /// The part of all cores that other processes took since then.
        double others(Spent before) {
            double others = all - before.all - (own - before.own);
            return Math.max(0, others / (possible - before.possible));
        }

        String words(Spent before) {
            return String.format(
                    Locale.ROOT,
                    "other processes took %.1f %% of the cores, the host %.1f %%",
                    100 * others(before),
                    100 * (stolen - before.stolen) / (possible - before.possible));
        }
    }

    static Spent now() throws IOException {
        double[] of;
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            of =
                    Stream.of(lines.findFirst().orElseThrow().strip().split("\\s+"))
                            .skip(1)
                            .limit(STOLEN + 1)
                            .mapToDouble(Double::parseDouble)
                            .toArray();
        }
        double possible = 0;
        for (double part : of) {
            possible += part;
        }
        double own = own().stream().mapToDouble(Target::ticks).sum();
        own += above().stream().mapToDouble(Target::alone).sum();
        return new Spent(of[0] + of[1] + of[2], own, of[STOLEN], possible);
    }

    /// Waits until others are quiet.
    /// @throws IllegalStateException if they do not become so
    static void await() throws IOException, InterruptedException {
        for (int looked = 0; looked < PATIENCE_SECONDS; looked += LOOK_SECONDS) {
            var before = now();
            TimeUnit.SECONDS.sleep(LOOK_SECONDS);
            if (now().others(before) <= MOST) {
                return;
            }
        }
        refuse("Others did not become quiet in two minutes. The busiest are " + busiest());
    }

    /// That they were quiet all the time since then.
    /// @throws IllegalStateException if they were not
    static void demandSince(Spent before) throws IOException {
        var after = now();
        if (after.others(before) > MOST) {
            refuse("While it was measured " + after.words(before));
        }
    }

    private static void refuse(String why) {
        var words = why + ". No figure of a machine that does other work would hold.";
        if (!ANYWAY) {
            throw new IllegalStateException(words + " Run it again when it is idle.");
        }
        System.out.println("  VOID: " + words);
    }

    /// The bench with all that it started, and the product.
    private static Set<ProcessHandle> own() {
        var own = new HashSet<ProcessHandle>();
        add(own, ProcessHandle.current());
        for (var component : Component.values()) {
            try {
                add(own, Processes.of(component));
            } catch (IOException | RuntimeException notThere) {
                continue;
            }
        }
        return own;
    }

    /// What waits for the bench. What else these have started is not the bench's.
    private static Set<ProcessHandle> above() {
        var above = new HashSet<ProcessHandle>();
        for (var next = ProcessHandle.current().parent();
                next.isPresent();
                next = next.get().parent()) {
            above.add(next.get());
        }
        return above;
    }

    private static void add(Set<ProcessHandle> own, ProcessHandle process) {
        own.add(process);
        process.descendants().forEach(own::add);
    }

    private static String busiest() throws InterruptedException {
        var own = own();
        own.addAll(above());
        Map<ProcessHandle, Double> before = new HashMap<>();
        ProcessHandle.allProcesses()
                .filter(process -> !own.contains(process))
                .forEach(process -> before.put(process, Target.ticks(process)));
        TimeUnit.SECONDS.sleep(1);
        return before.entrySet().stream()
                .sorted(
                        Comparator.comparingDouble(
                                known -> known.getValue() - Target.ticks(known.getKey())))
                .limit(3)
                .map(known -> known.getKey())
                .map(process -> process.pid() + " " + process.info().command().orElse("?"))
                .collect(Collectors.joining(", "));
    }
}
