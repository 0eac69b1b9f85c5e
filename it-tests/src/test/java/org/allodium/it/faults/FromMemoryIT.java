package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is known before a request reaches a model is not asked of the database: its statistics
/// count every scan, of a table or of an index.
class FromMemoryIT {
    private static final int AT_ONCE = 8;
    private static final String EMBED = "{\"model\":\"all-minilm-l6-v2\",\"input\":\"x\"}";
    private static final String STREAM =
            """
            {"model":"allodium-guide","messages":[{"role":"user","content":"Hi"}],"max_tokens":2,"stream":true}""";

    /// A process of the database tells what it counted within ten seconds of its last work.
    private static final Duration TOLD = Duration.ofSeconds(11);

    /// Of every table. That a key was used is written once a minute, beside the requests: an update
    /// finds its row.
    private static final String SCANS =
            """
            select schemaname || '.' || relname as name,
                   coalesce(seq_scan, 0) + coalesce(idx_scan, 0)
                       - case when relname = 'api_key' then n_tup_upd else 0 end as scans
              from pg_stat_user_tables""";

    /// Money, and what is written down of each request, are the database's own.
    private static boolean mayBeScanned(String table) {
        return table.startsWith("billing.") && !table.equals("billing.price")
                || table.startsWith("evidence.")
                || table.equals("serving.refusal");
    }

    @Test
    void requestsScanNoTable() throws Exception {
        requestsScanNoTable(300);
    }

    @Test
    @Tag("long")
    void tenThousandRequestsScanNoTable() throws Exception {
        requestsScanNoTable(10_000);
    }

    private static void requestsScanNoTable(int requests) throws Exception {
        ask(AT_ONCE);
        awaitTold();
        var before = scans();
        assertThat(before).containsKeys("identity.api_key", "sovereignty.fact", "billing.price");
        long begun = System.nanoTime();
        ask(requests);
        System.out.println(
                "  " + requests + " requests in " + Duration.ofNanos(System.nanoTime() - begun));
        awaitTold();
        var after = scans();
        tell(before, after, requests);
        after.keySet().removeIf(FromMemoryIT::mayBeScanned);
        before.keySet().removeIf(FromMemoryIT::mayBeScanned);
        assertThat(after).isEqualTo(before);
    }

    /// Of what is written down: how often its rows were looked for.
    private static void tell(Map<String, Long> before, Map<String, Long> after, int requests) {
        after.forEach(
                (table, scans) -> {
                    double each = (double) (scans - before.getOrDefault(table, 0L)) / requests;
                    if (each >= 0.01) {
                        System.out.printf("  %s: %.2f scans a request%n", table, each);
                    }
                });
    }

    private static void ask(int requests) throws Exception {
        var next = new AtomicInteger();
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < AT_ONCE; i++) {
                all.add(
                        crowd.submit(
                                () -> {
                                    for (int n = next.getAndIncrement();
                                            n < requests;
                                            n = next.getAndIncrement()) {
                                        answered(n);
                                    }
                                }));
            }
            for (var one : all) {
                one.get();
            }
        }
    }

    /// One of each kind, and of each kind of refusal before the money.
    private static void answered(int n) {
        var api = Api.as("startup");
        switch (n % 9) {
            case 0 -> expect(200, api.chat("allodium-guide", "Hi " + n, 1));
            case 1 -> expect(200, api.get("/models/allodium-guide"));
            case 2 -> expect(200, api.get("/models"));
            case 3 -> expect(200, api.post("/embeddings", EMBED));
            case 4 -> expect(200, api.post("/chat/completions", STREAM));
            case 5 -> expect(200, api.get("/refusals"));
            case 6 -> expect(404, api.chat("no-such-model", "Hi", 1));
            case 7 -> expect(401, Api.with("sk-alo-" + n).get("/models"));
            default ->
                    expect(
                            400,
                            api.post(
                                    "/embeddings",
                                    EMBED.getBytes(StandardCharsets.UTF_8),
                                    "x-residency",
                                    "nowhere"));
        }
    }

    private static void expect(int status, Api.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    }

    private static void awaitTold() throws Exception {
        long end = System.nanoTime() + TOLD.toNanos();
        Waiting.until(TOLD.multipliedBy(2), "told", () -> System.nanoTime() - end > 0);
    }

    private static Map<String, Long> scans() throws Exception {
        var scans = new TreeMap<String, Long>();
        try (var database = Product.database();
                var query = database.createStatement();
                var rows = query.executeQuery(SCANS)) {
            while (rows.next()) {
                scans.put(rows.getString("name"), rows.getLong("scans"));
            }
        }
        return scans;
    }
}
