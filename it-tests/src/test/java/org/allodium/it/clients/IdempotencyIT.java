package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.allodium.evidence.internal.KeptPayloads;
import org.allodium.it.product.Api;
import org.allodium.it.product.Api.Answer;
import org.allodium.it.product.LongAnswer;
import org.allodium.it.product.Product;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A client that heard nothing sends its request again.
class IdempotencyIT {
    private static final String CHAT =
            "{\"model\":\"allodium-guide\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],"
                    + "\"max_tokens\":%d,\"stream\":%b}";

    private final String key = UUID.randomUUID().toString();

    @Test
    void aRepeatGetsTheSameAnswerAndTheSameReceiptOnce() throws Exception {
        for (boolean stream : new boolean[] {false, true}) {
            var body = CHAT.formatted(8, stream);
            var first = send(key + stream, body);
            assertThat(first.status()).as(first.text()).isEqualTo(200);
            var again = send(key + stream, body);

            assertThat(again.text()).isEqualTo(first.text());
            assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
            assertThat(again.header("x-receipt-id")).isEqualTo(first.header("x-receipt-id"));
            assertThat(receipts(first.header("x-receipt-id"))).isEqualTo(1);
            assertThat(send(key + stream, CHAT.formatted(9, stream)).status()).isEqualTo(422);
        }
    }

    @Test
    @Tag("long")
    void afterAKillARepeatHearsOfItsReceiptAndIsNotChargedAgain() throws Exception {
        var body = LongAnswer.question(true);
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            crowd.submit(() -> send(key, body));
            waitUntil(
                    "select count(*) from billing.open_request o join"
                            + " billing.once i on i.request_id = o.request_id"
                            + " where exists (select 1 from billing.mark m where o.request_id = any(m.request_ids))");
            Product.kill(Component.PORTAL);
            crowd.shutdownNow();
            crowd.awaitTermination(60, TimeUnit.SECONDS);
        }
        Product.restart();

        var repeat = send(key, body);
        assertThat(repeat.status()).as(repeat.text()).isEqualTo(410);
        var receipt = repeat.error().path("receipt_id").asString();
        assertThat(repeat.error().path("message").asString()).contains(receipt);
        assertThat(Api.as("standard").get("/receipts/" + receipt).text()).contains("interrupted");
        assertThat(receipts(receipt)).isEqualTo(1);
    }

    private static Answer send(String key, String body) {
        return Api.as("standard")
                .post(
                        "/chat/completions",
                        body.getBytes(StandardCharsets.UTF_8),
                        "Idempotency-Key",
                        key);
    }

    private static long receipts(String id) throws Exception {
        Api.as("standard").get("/receipts/" + id);
        return one(
                "select count(*) from evidence.sealed_receipt r where "
                        + KeptPayloads.isOf("'" + id + "'"));
    }

    private static void waitUntil(String counted) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (one(counted) == 0) {
            assertThat(System.nanoTime()).as("it happens").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static long one(String sql) throws Exception {
        try (var database = Product.database();
                var query = database.createStatement();
                var rows = query.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
