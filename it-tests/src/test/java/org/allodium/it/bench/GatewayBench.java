package org.allodium.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.allodium.it.bench.Rounds.Latency;
import org.allodium.it.bench.Rounds.Load;
import org.allodium.it.product.Books;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Test;

/// What the way of a request costs, with a decision, a budget, a ledger and a receipt, beside a
/// gateway that forwards and does none of it. The product answers from its cache, so that its whole
/// way is measured and no model; the other one forwards to an engine that has its answer at once.
/// The figures hold on a machine that does nothing else: on another one nothing is printed.
class GatewayBench {
    private static final int QUESTIONS = 1_000;
    private static final int CONNECTIONS = 64;
    private static final int WARM_SECONDS = 30;
    private static final double BUSY = 0.35;
    private static final String CHAT = "/v1/chat/completions";

    @Test
    void theWayOfARequest() throws Exception {
        prepare();
        demandQuiet();
        try (var engine = new InstantEngine()) {
            var portkey = Portkey.start(Path.of("target/peers/portkey").toAbsolutePath());
            try {
                measure(engine, portkey);
            } finally {
                portkey.ifPresent(Portkey::close);
            }
        }
    }

    private static void measure(InstantEngine engine, Optional<Portkey> portkey) throws Exception {
        var targets = new ArrayList<Target>();
        targets.add(
                new Target(
                        "engine",
                        engine.port(),
                        n -> Target.post(CHAT, ask("mock", n)),
                        List.of()));
        portkey.ifPresent(peer -> targets.add(portkey(peer, engine)));
        int port = URI.create(Product.api()).getPort();
        var processes =
                List.of(
                        Processes.of(Component.PORTAL).pid(),
                        Processes.of(Component.DATABASE).pid());
        var key = "Authorization: Bearer " + Product.key("standard");
        targets.add(
                new Target(
                        "allodium",
                        port,
                        n -> Target.post(CHAT, ask("allodium-guide", n % QUESTIONS), key),
                        processes));
        int management = URI.create(Product.management()).getPort();
        var light =
                List.of(
                        new Target(
                                "health", management, n -> Target.get("/health/live"), List.of()),
                        new Target("models", port, n -> Target.get("/v1/models", key), List.of()));
        fill(targets.getLast());
        warm(targets);
        warm(light);
        System.out.println("  " + Machine.words());
        print(new Rounds(targets).latency(9, 200), new Rounds(light).latency(9, 200));
        printFirstByte(engine, port, key);
        var before = Growth.now();
        var loads = new Rounds(targets).load(5, CONNECTIONS, 4);
        print(loads);
        Books.awaitAllClosed(Duration.ofSeconds(30));
        System.out.println("  " + Growth.now().since(before));
        if (portkey.isEmpty()) {
            System.out.println("  Portkey cannot be had here: see target/peers/portkey/npm.log");
        }
    }

    /// Of the kept answers as streams, beside the engine's own stream.
    private static void printFirstByte(InstantEngine engine, int port, String key)
            throws IOException {
        var rounds =
                new Rounds(
                        List.of(
                                new Target(
                                        "engine",
                                        engine.port(),
                                        n -> Target.post(CHAT, streamed(ask("mock", n))),
                                        List.of()),
                                new Target(
                                        "allodium",
                                        port,
                                        n ->
                                                Target.post(
                                                        CHAT,
                                                        streamed(
                                                                ask(
                                                                        "allodium-guide",
                                                                        n % QUESTIONS)),
                                                        key),
                                        List.of())));
        rounds.latency(3, 200);
        var streams = rounds.latency(9, 200);
        var ours = streams.get("allodium");
        double first = ours.firstByte() - streams.get("engine").firstByte();
        line("first byte of a stream: %.2f ms more (%s)", first, Machine.atMost(first, 0.6));
        line("last byte of a stream: %.2f ms more", added(ours, streams.get("engine")));
    }

    private static String streamed(String question) {
        return "{\"stream\":true," + question.substring(1);
    }

    private static Target portkey(Portkey peer, InstantEngine engine) {
        return new Target(
                "portkey",
                peer.port(),
                n ->
                        Target.post(
                                CHAT,
                                ask("mock", n),
                                "Authorization: Bearer sk-none",
                                "x-portkey-provider: openai",
                                "x-portkey-custom-host: http://127.0.0.1:" + engine.port() + "/v1"),
                List.of(peer.pid()));
    }

    private static String ask(String model, int question) {
        return "{\"model\":\"%s\",\"temperature\":0,\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"How do I apply, question %d?\"}]}"
                .formatted(model, question);
    }

    /// Keeps answers, and bounds nothing that is not measured.
    static void prepare() throws Exception {
        try (var database = Product.database();
                var statement = database.createStatement()) {
            statement.execute(
                    "update tenancy.organisation set requests_per_minute = 100000000,"
                            + " tokens_per_minute = 2000000000, concurrent_requests = 10000");
            statement.execute("update tenancy.project set answer_cache = true");
        }
        TimeUnit.SECONDS.sleep(2);
    }

    private static void fill(Target product) throws IOException {
        try (var exchange = new Exchange(product.port())) {
            for (int question = 0; question < QUESTIONS; question++) {
                assertThat(exchange.send(product.ask().apply(question)).status()).isEqualTo(200);
            }
        }
    }

    private static void warm(List<Target> targets) throws Exception {
        new Rounds(targets).load(1, CONNECTIONS, WARM_SECONDS);
    }

    private static void demandQuiet() throws Exception {
        Waiting.until(
                Duration.ofMinutes(2), "nothing else runs on this machine", () -> busy() < BUSY);
    }

    /// The part of all cores that was busy in two seconds.
    private static double busy() throws IOException, InterruptedException {
        var before = ticks();
        TimeUnit.SECONDS.sleep(2);
        var after = ticks();
        double idle = after[3] + after[4] - before[3] - before[4];
        double all = 0;
        for (int n = 0; n < before.length; n++) {
            all += after[n] - before[n];
        }
        return 1 - idle / all;
    }

    private static double[] ticks() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            var fields = lines.findFirst().orElseThrow().strip().split("\\s+");
            return java.util.stream.Stream.of(fields)
                    .skip(1)
                    .limit(8)
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }
    }

    private static void print(Map<String, Latency> chat, Map<String, Latency> light) {
        var engine = chat.get("engine");
        chat.forEach((name, latency) -> print(name, latency, engine));
        light.forEach((name, latency) -> print(name, latency, light.get("health")));
        var ours = added(chat.get("allodium"), engine);
        Optional.ofNullable(chat.get("portkey"))
                .ifPresent(
                        peer ->
                                line(
                                        "added latency, one at a time: %.2f of Portkey's (%s)",
                                        ours / added(peer, engine),
                                        Machine.atMost(ours / added(peer, engine), 0.4)));
        var models = added(light.get("models"), light.get("health"));
        line("models beside health: %.2f ms more (%s)", models, Machine.atMost(models, 0.3));
    }

    private static void print(String name, Latency latency, Latency reference) {
        line(
                "%-9s p50 %.3f ms [%.3f to %.3f], added %.3f ms, first byte %.3f ms",
                name,
                latency.median(),
                latency.least(),
                latency.greatest(),
                added(latency, reference),
                latency.firstByte());
    }

    private static double added(Latency of, Latency reference) {
        return of.median() - reference.median();
    }

    private static void print(Map<String, Load> loads) {
        loads.forEach(
                (name, load) ->
                        line(
                                "%-9s %.0f requests/s [%.0f to %.0f], p50 %.1f ms, p99 %.1f ms, processor %.3f + %.3f ms, %d requests",
                                name,
                                load.perSecond(),
                                load.least(),
                                load.greatest(),
                                load.p50(),
                                load.p99(),
                                load.serverMillis(),
                                load.databaseMillis(),
                                load.requests()));
        var ours = loads.get("allodium");
        Optional.ofNullable(loads.get("portkey"))
                .ifPresent(
                        peer -> {
                            double rate = ours.perSecond() / peer.perSecond();
                            double processor =
                                    (ours.serverMillis() + ours.databaseMillis())
                                            / peer.serverMillis();
                            double p99 = ours.p99() / peer.p50();
                            line(
                                    "requests/s: %.2f of Portkey's (%s)",
                                    rate, Machine.atLeast(rate, 4));
                            line(
                                    "processor time: %.2f of Portkey's (%s)",
                                    processor, Machine.atMost(processor, 0.4));
                            line("p99: %.2f of Portkey's p50 (%s)", p99, Machine.atMost(p99, 1));
                        });
    }

    private static void line(String format, Object... figures) {
        System.out.println("  " + String.format(Locale.ROOT, format, figures));
    }

    /// What the database holds.
    private record Growth(double requests, double bytes, double rows) {
        static Growth now() throws Exception {
            // Counts of rows come a moment later.
            TimeUnit.SECONDS.sleep(2);
            return new Growth(
                    Books.one("select count(*) from billing.usage_event").doubleValue(),
                    Books.one("select pg_database_size(current_database())").doubleValue(),
                    Books.one(
                                    "select sum(n_tup_ins - n_tup_del) from pg_stat_user_tables"
                                            + " where schemaname in ('billing', 'evidence')")
                            .doubleValue());
        }

        String since(Growth before) {
            double more = requests - before.requests;
            double each = (bytes - before.bytes) / more;
            double rowsEach = (rows - before.rows) / more;
            return "database: %.0f bytes (%s) and %.2f rows (%s) per request, over %.0f"
                    .formatted(
                            each,
                            Machine.atMost(each, 1_229),
                            rowsEach,
                            Machine.atMost(rowsEach, 4),
                            more);
        }
    }
}
