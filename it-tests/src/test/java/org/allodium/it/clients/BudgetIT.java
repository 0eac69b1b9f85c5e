package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.junit.jupiter.api.Test;

class BudgetIT {
    @Test
    void twoHundredAtOnceSettleForAtMostTheGrant() throws Exception {
        var answers = new ArrayList<Api.Answer>();
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Api.Answer>>();
            for (int i = 0; i < 200; i++) {
                running.add(
                        crowd.submit(
                                () ->
                                        Api.as("small")
                                                .chat(
                                                        "allodium-guide",
                                                        "Tell me about grants",
                                                        64)));
            }
            for (var one : running) {
                answers.add(one.get());
            }
        }
        long served = answers.stream().filter(answer -> answer.status() == 200).count();
        assertThat(served).isBetween(10L, 60L);
        assertThat(answers.stream().filter(answer -> answer.status() != 200))
                .allSatisfy(
                        refused -> {
                            assertThat(refused.status()).as(refused.text()).isEqualTo(429);
                            assertThat(refused.error().path("code").asString())
                                    .isEqualTo("insufficient_quota");
                            assertThat(refused.header("x-should-retry")).isEqualTo("false");
                        });
        for (var answer : answers) {
            if (answer.status() == 200) {
                Api.as("small").get("/receipts/" + answer.header("x-receipt-id"));
            }
        }
        Books.assertInBalance();
    }

    @Test
    void aSpentGrantPaysForNothing() {
        var answer = Api.as("spent").chat("allodium-guide", "Hi", 8);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.error().path("code").asString()).isEqualTo("insufficient_quota");
        assertThat(answer.header("x-should-retry")).isEqualTo("false");
        assertThat(
                        Api.as("spent")
                                .post(
                                        "/embeddings",
                                        "{\"model\":\"all-minilm-l6-v2\",\"input\":\"x\"}")
                                .status())
                .isEqualTo(429);
    }

    @Test
    void aReceiptsCostIsTokensTimesPrice() throws Exception {
        var answer = Api.as("startup").chat("allodium-guide", "What is a receipt?", 12);
        var usage = answer.json().path("usage");
        var prices =
                Api.as("startup")
                        .get("/models/allodium-guide")
                        .json()
                        .path("x_sovereign")
                        .path("prices");
        var expected =
                decimal(prices.path("input_per_million").asString())
                        .multiply(BigDecimal.valueOf(usage.path("prompt_tokens").asLong()))
                        .add(
                                decimal(prices.path("output_per_million").asString())
                                        .multiply(
                                                BigDecimal.valueOf(
                                                        usage.path("completion_tokens").asLong())))
                        .movePointLeft(6);
        var receipt = answer.header("x-receipt-id");
        Api.as("startup").get("/receipts/" + receipt);
        assertThat(
                        Books.one(
                                "select cost from billing.usage_event where request_id = '"
                                        + receipt
                                        + "'"))
                .isEqualByComparingTo(expected);
    }

    private static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }
}
