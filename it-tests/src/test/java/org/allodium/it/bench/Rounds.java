package org.allodium.it.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// Measures several servers in turn, so that what else the machine does meets them all alike.
final class Rounds {
    private final List<Target> targets;
    private final AtomicInteger asked = new AtomicInteger();

    Rounds(List<Target> targets) {
        this.targets = List.copyOf(targets);
    }

    /// In milliseconds, the median of the rounds' medians, and the least and greatest of them.
    record Latency(double median, double least, double greatest, double firstByte) {}

    /// One request at a time.
    Map<String, Latency> latency(int rounds, int each) throws IOException {
        var medians = new LinkedHashMap<String, List<Double>>();
        var firsts = new LinkedHashMap<String, List<Double>>();
        for (int round = 0; round < rounds; round++) {
            for (var target : targets) {
                var times = new double[each];
                var first = new double[each];
                try (var exchange = new Exchange(target.port())) {
                    for (int n = 0; n < each; n++) {
                        var answer = ask(target, exchange);
                        times[n] = answer.nanos() / 1e6;
                        first[n] = answer.firstNanos() / 1e6;
                    }
                }
                medians.computeIfAbsent(target.name(), absent -> new ArrayList<>())
                        .add(percentile(times, 0.5));
                firsts.computeIfAbsent(target.name(), absent -> new ArrayList<>())
                        .add(percentile(first, 0.5));
            }
        }
        var found = new LinkedHashMap<String, Latency>();
        medians.forEach((name, of) -> found.put(name, latency(of, firsts.get(name))));
        return found;
    }

    private static Latency latency(List<Double> medians, List<Double> firsts) {
        var sorted = medians.stream().mapToDouble(d -> d).sorted().toArray();
        var first = firsts.stream().mapToDouble(d -> d).toArray();
        return new Latency(
                percentile(sorted, 0.5),
                sorted[0],
                sorted[sorted.length - 1],
                percentile(first, 0.5));
    }

    /// @param perSecond the median of the rounds
    /// @param serverMillis processor time per request of the first process, `databaseMillis` of the
    /// second
    record Load(
            double perSecond,
            double least,
            double greatest,
            double p50,
            double p99,
            double serverMillis,
            double databaseMillis,
            long requests) {}

    /// Many connections, each with one request after the other.
    Map<String, Load> load(int rounds, int connections, double seconds)
            throws InterruptedException, ExecutionException {
        var sums = new LinkedHashMap<String, Sum>();
        for (int round = 0; round < rounds; round++) {
            for (int n = 0; n < targets.size(); n++) {
                var target = targets.get((n + round) % targets.size());
                var sum = sums.computeIfAbsent(target.name(), absent -> new Sum());
                crowd(target, connections, 1, new ConcurrentLinkedQueue<>());
                double server = target.millis(0);
                double database = target.millis(1);
                long before = sum.times.size();
                double spent = crowd(target, connections, seconds, sum.times);
                sum.rates.add((sum.times.size() - before) / spent);
                sum.server += target.millis(0) - server;
                sum.database += target.millis(1) - database;
            }
        }
        var found = new LinkedHashMap<String, Load>();
        sums.forEach((name, sum) -> found.put(name, sum.load()));
        return found;
    }

    /// Of the first target alone, a second at a time.
    Load loadUntil(int connections, BooleanSupplier enough)
            throws InterruptedException, ExecutionException {
        var target = targets.getFirst();
        var sum = new Sum();
        double server = target.millis(0);
        double database = target.millis(1);
        while (!enough.getAsBoolean()) {
            long before = sum.times.size();
            double spent = crowd(target, connections, 1, sum.times);
            sum.rates.add((sum.times.size() - before) / spent);
        }
        sum.server = target.millis(0) - server;
        sum.database = target.millis(1) - database;
        return sum.load();
    }

    private static final class Sum {
        private final List<Double> rates = new ArrayList<>();
        private final ConcurrentLinkedQueue<Double> times = new ConcurrentLinkedQueue<>();
        private double server;
        private double database;

        Load load() {
            var sorted = rates.stream().mapToDouble(d -> d).sorted().toArray();
            var all = times.stream().mapToDouble(d -> d).toArray();
            return new Load(
                    percentile(sorted, 0.5),
                    sorted[0],
                    sorted[sorted.length - 1],
                    percentile(all, 0.5),
                    percentile(all, 0.99),
                    server / all.length,
                    database / all.length,
                    all.length);
        }
    }

    private double crowd(
            Target target, int connections, double seconds, ConcurrentLinkedQueue<Double> times)
            throws InterruptedException, ExecutionException {
        long begun = System.nanoTime();
        long until = begun + (long) (seconds * 1e9);
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            var members = new ArrayList<java.util.concurrent.Future<?>>();
            for (int n = 0; n < connections; n++) {
                members.add(
                        crowd.submit(
                                () -> {
                                    try (var exchange = new Exchange(target.port())) {
                                        while (System.nanoTime() < until) {
                                            times.add(ask(target, exchange).nanos() / 1e6);
                                        }
                                    }
                                    return null;
                                }));
            }
            for (var member : members) {
                member.get();
            }
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    /// Any other answer than the expected one voids the run.
    private Exchange.Answer ask(Target target, Exchange exchange) throws IOException {
        var answer = exchange.send(target.ask().apply(asked.getAndIncrement()));
        if (answer.status() != 200) {
            throw new IOException(target.name() + " answered " + answer.status());
        }
        return answer;
    }

    static double percentile(double[] values, double part) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
    }
}
