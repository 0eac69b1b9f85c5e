package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Facts about a sink are taken away while requests run; the next request leaves nothing in it.
class SinksIT {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "METRICS/TELEMETRY",
                "RECEIPT/CUSTOMER_METADATA",
                "LEDGER/DATA_ABOUT_THE_CUSTOMER",
                "DIRECTORY/TECHNICAL_DATA"
            })
    void aSinkThatIsWithdrawnInMidLoadGetsNothingMore(String sink) throws Exception {
        try (var load = new Load()) {
            load.awaitAnswer();
            withdraw(sink);
            try {
                load.stop();
                var refused = ask();
                assertThat(refused.status()).isEqualTo(403);
                assertThat(refused.error().path("details").get(0).path("code").asString())
                        .isEqualTo("fact_unknown");
                assertThat(refused.error().path("details").get(0).path("explanation").asString())
                        .startsWith("It is unknown where this installation has its");
                var before = written(sink);
                ask();
                assertThat(written(sink)).isEqualTo(before);
            } finally {
                restore(sink);
            }
            assertThat(ask().status()).isEqualTo(200);
        }
    }

    /// A request's line is written after its answer has left, so a later request's line is awaited
    /// before a look that must find nothing.
    @Test
    void theUnknownSinksRequestsAreNotInTheLog() throws Exception {
        var unlogged = new ArrayList<Api.Answer>();
        try (var load = new Load()) {
            load.awaitAnswer();
            withdraw("REQUEST_LOG/TELEMETRY");
            try {
                load.stop();
                unlogged.add(ask());
                unlogged.add(ask());
            } finally {
                restore("REQUEST_LOG/TELEMETRY");
            }
        }
        awaitLine(ask());
        awaitLine(ask());
        assertThat(unlogged).allSatisfy(refused -> assertThat(refused.status()).isEqualTo(403));
        for (var refused : unlogged) {
            assertThat(refused.header("x-request-id")).isNotBlank();
            assertThat(log()).doesNotContain(refused.header("x-request-id"));
        }
    }

    private static void awaitLine(Api.Answer answered) throws Exception {
        assertThat(answered.status()).as(answered.text()).isEqualTo(200);
        var id = answered.header("x-request-id");
        Waiting.until(Duration.ofSeconds(20), "the line of " + id, () -> log().contains(id));
    }

    private static Api.Answer ask() {
        return Api.as("startup").chat("allodium-guide", "Hi", 2);
    }

    /// What is to be seen in the sink itself.
    private static String written(String sink) throws Exception {
        var name = sink.substring(0, sink.indexOf('/'));
        return switch (name) {
            case "METRICS" ->
                    Api.portal("/metrics")
                            .text()
                            .lines()
                            .filter(line -> line.startsWith("allodium_serving_re"))
                            // A greatest value fades with time.
                            .filter(line -> !line.contains("_max"))
                            .sorted()
                            .toList()
                            .toString();
            case "RECEIPT" -> count("evidence.sealed_receipt");
            case "LEDGER" -> count("billing.usage_event");
            case "DIRECTORY" -> lastUse();
            default -> throw new IllegalArgumentException(sink);
        };
    }

    private static String log() throws Exception {
        return Files.readString(Product.home().resolve("logs/portal.log"), StandardCharsets.UTF_8);
    }

    private static String count(String table) throws Exception {
        return one("select count(*) from " + table);
    }

    private static String lastUse() throws Exception {
        return one("select max(last_used_at) from identity.api_key where name = 'demo-startup'");
    }

    private static String one(String sql) throws Exception {
        try (var database = Product.database();
                var query = database.createStatement();
                var row = query.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private static void withdraw(String sink) throws Exception {
        state(sink, "null");
        awaitStatus(403);
    }

    /// Nobody waits for the news of what is changed beside the product.
    private static void awaitStatus(int status) throws Exception {
        Waiting.until(
                Duration.ofSeconds(5),
                "requests are answered with " + status,
                () -> ask().status() == status);
    }

    private static void restore(String sink) throws Exception {
        state(
                sink,
                """
                (select body from sovereignty.fact where kind = 'ProcessingActivity'
                 and key = 'installation/%s' and body is not null order by epoch limit 1)
                """
                        .formatted(sink));
        awaitStatus(200);
    }

    /// As the security officer's service records it: one change, one statement.
    private static void state(String sink, String body) throws Exception {
        try (Connection database = Product.database();
                var change = database.createStatement()) {
            database.setAutoCommit(false);
            change.execute("select pg_advisory_xact_lock(hashtext('sovereignty.change'))");
            change.execute(
                    "insert into sovereignty.change select max(epoch) + 1, now(), 'test', 'test'"
                            + " from sovereignty.change");
            change.execute(
                    "insert into sovereignty.fact select max(epoch), 'ProcessingActivity',"
                            + " 'installation/%s', now(), %s from sovereignty.change"
                                    .formatted(sink, body));
            database.commit();
        }
    }

    /// Requests one after another, on two threads.
    private static final class Load implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final Queue<String> receipts = new ConcurrentLinkedQueue<>();
        private final CountDownLatch answered = new CountDownLatch(1);
        private final java.util.concurrent.ExecutorService threads =
                Executors.newVirtualThreadPerTaskExecutor();

        Load() {
            for (int i : List.of(1, 2)) {
                threads.submit(
                        () -> {
                            while (!over.get()) {
                                var answer = ask();
                                if (answer.status() == 200) {
                                    receipts.add(answer.header("x-receipt-id"));
                                    answered.countDown();
                                }
                            }
                            return i;
                        });
            }
        }

        void awaitAnswer() throws InterruptedException {
            answered.await();
        }

        /// Whoever reads a receipt waits until it is written: afterwards nothing is under way.
        void stop() {
            over.set(true);
            threads.close();
            receipts.forEach(receipt -> Api.as("startup").get("/receipts/" + receipt));
        }

        @Override
        public void close() {
            over.set(true);
            threads.close();
        }
    }
}
