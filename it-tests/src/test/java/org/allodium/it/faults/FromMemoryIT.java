package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

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

    /// A process of the database tells what it counted within ten seconds of its last work.
    private static final Duration TOLD = Duration.ofSeconds(11);

    /// That a key was used is written once a minute, beside the requests: an update finds its row.
    private static final String SCANS =
            """
            select schemaname || '.' || relname as name,
                   coalesce(seq_scan, 0) + coalesce(idx_scan, 0)
                       - case when relname = 'api_key' then n_tup_upd else 0 end as scans
              from pg_stat_user_tables
             where schemaname in ('sovereignty', 'catalog')
                or (schemaname, relname) in (('tenancy', 'organisation'), ('tenancy', 'membership'),
                       ('tenancy', 'project'), ('identity', 'api_key'), ('billing', 'price'))""";

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
        assertThat(scans()).isEqualTo(before);
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

    private static void answered(int n) {
        var api = Api.as("startup");
        var answer =
                switch (n % 4) {
                    case 0 -> api.chat("allodium-guide", "Hi " + n, 1);
                    case 1 -> api.get("/models/allodium-guide");
                    default ->
                            api.post(
                                    "/embeddings",
                                    "{\"model\":\"all-minilm-l6-v2\",\"input\":\"x\"}");
                };
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
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
