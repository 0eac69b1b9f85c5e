package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Many streams at once from one copy of a model, of tenants with different priority.
class BatchIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int STREAMS = 32;
    private static final List<String> QUESTIONS =
            List.of(
                    "What is a receipt?",
                    "How do I apply for a grant?",
                    "What does error 429 mean?",
                    "How do I make an API key?");
    private static final List<String> TENANTS = List.of("standard", "startup");

    private static final String PRIORITY =
            """
            update tenancy.organisation set priority = ? where tenant_id =
                (select tenant_id from identity.api_key
                 where key_hash = sha256(convert_to(?, 'UTF8')))""";

    @BeforeEach
    void oneTenantGoesBeforeTheOther() throws SQLException {
        priority("standard", "LOW");
        priority("startup", "HIGH");
    }

    @AfterEach
    void allAreEqualAgain() throws SQLException {
        for (var tenant : TENANTS) {
            priority(tenant, "NORMAL");
        }
    }

    private static void priority(String tenant, String priority) throws SQLException {
        try (var connection = Product.database();
                var update = connection.prepareStatement(PRIORITY)) {
            update.setString(1, priority);
            update.setString(2, Product.key(tenant));
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void streamsOfManyTenantsSayWhatEachSaysAlone() throws Exception {
        Map<String, String> alone = new HashMap<>();
        for (var question : QUESTIONS) {
            alone.put(question, stream("standard", question));
        }
        var together = new CountDownLatch(STREAMS);
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<String>>();
            for (int i = 0; i < STREAMS; i++) {
                var tenant = TENANTS.get(i % TENANTS.size());
                var question = QUESTIONS.get(i / TENANTS.size() % QUESTIONS.size());
                answers.add(
                        crowd.submit(
                                () -> {
                                    together.countDown();
                                    together.await();
                                    return stream(tenant, question);
                                }));
            }
            for (int i = 0; i < STREAMS; i++) {
                var question = QUESTIONS.get(i / TENANTS.size() % QUESTIONS.size());
                assertThat(answers.get(i).get()).as(question).isEqualTo(alone.get(question));
            }
        }
    }

    /// Whoever hangs up pays for what was said by then, not for what was asked for.
    @Test
    void aStreamWhoseReaderLeavesEndsSoon() throws Exception {
        var body =
                """
                {"model":"allodium-guide","stream":true,"max_tokens":400,"ignore_eos":true,
                 "messages":[{"role":"user","content":"Tell me everything about receipts."}]}
                """;
        var receipt = Api.as("standard").leaveAfterFirstEvent("/chat/completions", body);
        var document = Api.as("standard").get("/receipts/" + receipt).json().path("receipt");
        assertThat(document.path("outcome").asString()).isEqualTo("cancelled");
        assertThat(document.path("usage").path("output_tokens").asInt()).isBetween(1, 399);
    }

    private static String stream(String tenant, String question) {
        var request =
                """
                {"model":"allodium-guide","stream":true,"temperature":0,"max_tokens":64,
                 "messages":[{"role":"user","content":"%s"}]}
                """;
        var answer = Api.as(tenant).post("/chat/completions", request.formatted(question));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        var text = new StringBuilder();
        for (var event : answer.events()) {
            if (!event.equals("[DONE]")) {
                var choice = JSON.readTree(event).path("choices").path(0);
                text.append(choice.path("delta").path("content").asString(""));
            }
        }
        assertThat(answer.events()).last().isEqualTo("[DONE]");
        return text.toString();
    }
}
