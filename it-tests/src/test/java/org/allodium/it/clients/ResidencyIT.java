package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.StreamSupport;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ResidencyIT {
    private static long count(String table) throws Exception {
        try (var database = Product.database();
                var query = database.createStatement();
                var rows = query.executeQuery("select count(*) from " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void theStrictKeyIsRefusedAModelAbroadWithTheFirstFailedRulePerPool() throws Exception {
        Api.as("strict").chat("allodium-guide", "Hello", 4);
        Books.awaitAllClosed(Duration.ofSeconds(30));
        long before = count("billing.usage_event");
        var answer = Api.as("strict").chat("allodium-guide-abroad", "Hello", 8);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.error().path("code").asString()).isEqualTo("data_residency_mismatch");
        assertThat(answer.header("x-should-retry")).isEqualTo("false");
        var details = answer.error().path("details");
        assertThat(details.size()).isEqualTo(1);
        assertThat(details.get(0).path("code").asString()).isEqualTo("place_process");
        assertThat(details.get(0).path("scope").asString()).isEqualTo("harbour-cpu");
        assertThat(details.get(0).path("explanation").asString()).contains("Harbour City");
        Books.awaitAllClosed(Duration.ofSeconds(30));
        assertThat(count("billing.usage_event")).as("nothing was reserved").isEqualTo(before);
    }

    @Test
    void aBarredModelIsMissingFromTheStrictKeysList() {
        assertThat(models("strict"))
                .contains("allodium-guide")
                .doesNotContain("allodium-guide-abroad");
        assertThat(models("standard")).contains("allodium-guide", "allodium-guide-abroad");
        assertThat(Api.as("strict").get("/models/allodium-guide-abroad").status()).isEqualTo(404);
    }

    private static java.util.List<String> models(String purpose) {
        return StreamSupport.stream(
                        Api.as(purpose).get("/models").json().path("data").spliterator(), false)
                .map(model -> model.path("id").asString())
                .toList();
    }

    @Test
    void aModelSaysWhereItRunsAndWhatItCosts() {
        JsonNode model = Api.as("standard").get("/models/allodium-guide").json();
        var sovereign = model.path("x_sovereign");
        assertThat(sovereign.path("state").asString()).isEqualTo("ready");
        assertThat(sovereign.path("modalities").get(0).asString()).isEqualTo("text");
        assertThat(sovereign.path("context").asInt()).isPositive();
        assertThat(sovereign.path("places").size()).isEqualTo(2);
        assertThat(sovereign.path("prices").isMissingNode()).isFalse();
        var encoder = Api.as("standard").get("/models/all-minilm-l6-v2").json();
        assertThat(encoder.path("x_sovereign").path("modalities").get(0).asString())
                .isEqualTo("embedding");
    }

    @Test
    void aRequestMayTightenThePolicyButNeverWidenIt() {
        byte[] body =
                """
                {"model":"allodium-guide-abroad","messages":[{"role":"user","content":"Hi"}],"max_tokens":4}
                """
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var tightened =
                Api.as("standard")
                        .post("/chat/completions", body, "x-residency", "national-strict");
        assertThat(tightened.status()).isEqualTo(403);
        assertThat(tightened.error().path("code").asString()).isEqualTo("data_residency_mismatch");
        var widened =
                Api.as("strict").post("/chat/completions", body, "x-residency", "open-allied");
        assertThat(widened.status()).isEqualTo(403);
        assertThat(widened.error().path("code").asString()).isEqualTo("policy_widening");
    }

    @Test
    void theAnswerSaysWhereItRanAndWhoPaid() {
        var answer = Api.as("standard").chat("allodium-guide-abroad", "Hello", 4);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-sovereignty"))
                .contains("Harbour City")
                .contains("Harbour Compute");
        var receipt =
                Api.as("standard")
                        .get("/receipts/" + answer.header("x-receipt-id"))
                        .json()
                        .path("receipt");
        assertThat(receipt.toString())
                .contains("harbour-cpu", "Harbour Compute", "Ministry of Science");
    }
}
