package org.allodium.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.allodium.it.bench.Rounds.Latency;
import org.allodium.it.bench.Rounds.Load;
import org.allodium.it.product.Books;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Test;

/// What the way of a request costs, with a decision, a budget, a ledger and a receipt, beside a
/// gateway that forwards and does none of it. The product answers a thousand questions from its
/// cache, so that its whole way is measured and no model, and questions that nobody asked before
/// from an engine over HTTP, which has its answer at once; the other one forwards to that too.
/// The figures hold on a machine that does nothing else: on another one nothing is printed. See
/// decision 0174.
class GatewayBench {
    static final int CONNECTIONS = 64;

    private static final boolean BRIEF = Boolean.getBoolean("allodium.bench.brief");
    private static final int QUESTIONS = 1_000;
    private static final int KEYS = 1_000;
    private static final int DISTINCT = BRIEF ? 2_000 : 100_000;
    private static final int ROUNDS = BRIEF ? 2 : 9;
    private static final int LOADS = BRIEF ? 1 : 5;
    private static final String CHAT = "/v1/chat/completions";

    private final AtomicInteger neverAsked = new AtomicInteger();

    @Test
    void theWayOfARequest() throws Exception {
        Product.serving(Insides.checkout(), this::besidePeers);
    }

    private Void besidePeers() throws Exception {
        prepare();
        try (var engine = new InstantEngine()) {
            var portkey = Portkey.start(Path.of("target/peers/portkey").toAbsolutePath());
            try {
                measure(engine, portkey);
            } finally {
                portkey.ifPresent(Portkey::close);
            }
        }
        return null;
    }

    private void measure(InstantEngine engine, Optional<Portkey> portkey) throws Exception {
        var keys = ManyKeys.issue(KEYS);
        var whole = targets(engine, portkey, keys, body -> body);
        var streamed = targets(engine, portkey, keys, GatewayBench::streamed);
        fill(cached(List.of(), body -> body));
        Insides.answerFrom(engine);
        var light = light();
        warm(whole, BRIEF ? 3 : 30);
        warm(light, BRIEF ? 3 : 10);
        warm(streamed, BRIEF ? 3 : 10);
        Quiet.await();
        var begun = Quiet.now();
        var latencies = new Rounds(whole).latency(ROUNDS, 200);
        var lights = new Rounds(light).latency(ROUNDS, 200);
        var streams = new Rounds(streamed).latency(ROUNDS, 200);
        var before = Growth.now();
        var loads = new Rounds(whole).load(LOADS, CONNECTIONS, 4);
        Books.awaitAllClosed(Duration.ofSeconds(30));
        var cached = Growth.now();
        var distinct = distinct(whole.getLast());
        Books.awaitAllClosed(Duration.ofSeconds(30));
        var after = Growth.now();
        Quiet.demandSince(begun);
        Figures.line("%s; %s", Machine.processor(), Quiet.now().words(begun));
        print(latencies, lights, streams, loads);
        Figures.line("cached and remote: %s", cached.since(before));
        Figures.print("distinct", distinct);
        Figures.line("distinct: %s", after.since(cached));
        if (portkey.isEmpty()) {
            Figures.line("Portkey cannot be had here: see target/peers/portkey/npm.log");
        }
    }

    private static void print(
            Map<String, Latency> latencies,
            Map<String, Latency> lights,
            Map<String, Latency> streams,
            Map<String, Load> loads) {
        Figures.latency(latencies);
        Figures.light(lights);
        Figures.streams(streams);
        Figures.loads(loads);
    }

    /// As many as the growth of the database is told of, each with another body.
    private Load distinct(Target remote) throws Exception {
        int until = neverAsked.get() + DISTINCT;
        return new Rounds(List.of(remote)).loadUntil(CONNECTIONS, () -> neverAsked.get() >= until);
    }

    /// The engine itself, the peer, the cached answer, the answer of an engine over HTTP.
    private List<Target> targets(
            InstantEngine engine,
            Optional<Portkey> portkey,
            List<String> keys,
            UnaryOperator<String> form)
            throws IOException {
        var targets = new ArrayList<Target>();
        targets.add(
                new Target(
                        "engine",
                        engine.port(),
                        n -> Target.post(CHAT, form.apply(ask("mock", n))),
                        List.of()));
        portkey.ifPresent(peer -> targets.add(portkey(peer, engine, form)));
        targets.add(cached(processes(), form));
        targets.add(
                new Target(
                        "remote",
                        port(),
                        n -> {
                            int question = neverAsked.getAndIncrement();
                            return Target.post(
                                    CHAT,
                                    form.apply(askTheEngine(question)),
                                    bearer(keys.get(question % keys.size())));
                        },
                        processes()));
        return targets;
    }

    static Target cached() throws IOException {
        return cached(processes(), body -> body);
    }

    private static Target cached(List<Long> processes, UnaryOperator<String> form) {
        var key = bearer(Product.key("standard"));
        return new Target(
                "allodium",
                port(),
                n -> Target.post(CHAT, form.apply(ask("allodium-guide", n % QUESTIONS)), key),
                processes);
    }

    static List<Target> light() {
        var key = bearer(Product.key("standard"));
        int management = URI.create(Product.management()).getPort();
        return List.of(
                new Target("health", management, n -> Target.get("/health/live"), List.of()),
                new Target("models", port(), n -> Target.get("/v1/models", key), List.of()));
    }

    private static Target portkey(Portkey peer, InstantEngine engine, UnaryOperator<String> form) {
        return new Target(
                "portkey",
                peer.port(),
                n ->
                        Target.post(
                                CHAT,
                                form.apply(ask("mock", n)),
                                bearer("sk-none"),
                                "x-portkey-provider: openai",
                                "x-portkey-custom-host: http://127.0.0.1:" + engine.port() + "/v1"),
                List.of(peer.pid()));
    }

    private static String bearer(String key) {
        return "Authorization: Bearer " + key;
    }

    private static int port() {
        return URI.create(Product.api()).getPort();
    }

    /// The server's and the database's.
    private static List<Long> processes() throws IOException {
        return List.of(
                Processes.of(Component.PORTAL).pid(), Processes.of(Component.DATABASE).pid());
    }

    private static String streamed(String question) {
        return "{\"stream\":true," + question.substring(1);
    }

    private static String ask(String model, int question) {
        return ask(model, "\"temperature\":0", question);
    }

    /// Nothing is looked up for it, which would be computing, and its answer could be another one,
    /// so that it is not kept.
    private static String askTheEngine(int question) {
        return ask("allodium-guide", "\"temperature\":1,\"ignore_eos\":true", question);
    }

    private static String ask(String model, String how, int question) {
        return "{\"model\":\"%s\",%s,\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"How do I apply, question %d?\"}]}"
                .formatted(model, how, question);
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

    /// Each question is asked once, so that its answer is kept.
    static void fill(Target product) throws IOException {
        try (var exchange = new Exchange(product.port())) {
            for (int question = 0; question < QUESTIONS; question++) {
                assertThat(exchange.send(product.ask().apply(question)).status()).isEqualTo(200);
            }
        }
    }

    /// Each of them alike, as it is measured: at many connections, and one request at a time.
    static void warm(List<Target> targets, int seconds) throws Exception {
        var rounds = new Rounds(targets);
        rounds.load(1, CONNECTIONS, seconds);
        rounds.latency(3, 200);
    }
}
