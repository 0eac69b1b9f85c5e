package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What clients depend on byte by byte: errors, headers, the event stream, base64.
class WireIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CHAT = "/chat/completions";

    static Stream<Arguments> badRequests() {
        return Stream.of(
                bad("{\"model\":", 400, null),
                bad("[]", 400, null),
                bad("{\"messages\":[]}", 400, "model"),
                bad(chat("\"messages\":[]"), 400, "messages"),
                bad(chat("\"messages\":\"hi\""), 400, "messages"),
                bad(
                        chat("\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]"),
                        400,
                        "messages[0].role"),
                bad(
                        chat("\"messages\":[{\"role\":\"user\",\"content\":5}]"),
                        400,
                        "messages[0].content"),
                bad(asking("\"temperature\":3"), 400, "temperature"),
                bad(asking("\"temperature\":\"hot\""), 400, "temperature"),
                bad(asking("\"top_p\":1.5"), 400, "top_p"),
                bad(asking("\"max_tokens\":0"), 400, "max_tokens"),
                bad(asking("\"max_tokens\":4,\"max_completion_tokens\":4"), 400, "max_tokens"),
                bad(asking("\"n\":0"), 400, "n"),
                bad(asking("\"n\":129"), 400, "n"),
                bad(asking("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]"), 400, "stop"),
                bad(asking("\"seed\":\"x\""), 400, "seed"),
                bad(asking("\"stream_options\":{\"include_usage\":true}"), 400, "stream_options"),
                bad(
                        asking("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"),
                        400,
                        "tools"),
                bad(
                        asking(
                                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                                        + "{\"name\":\"a\",\"schema\":{\"not\":{}}}}"),
                        400,
                        "response_format.json_schema.schema.not"),
                bad(asking("\"presence_penalty\":3"), 400, "presence_penalty"),
                bad(asking("\"frobnicate\":true"), 400, "frobnicate"));
    }

    private static Arguments bad(String body, int status, String param) {
        return Arguments.of(body, status, param);
    }

    private static String chat(String rest) {
        return "{\"model\":\"allodium-guide\"," + rest + "}";
    }

    private static String asking(String rest) {
        return chat("\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]," + rest);
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void badInputNamesTheFieldAndChangesNothing(String body, int status, String param) {
        var answer = Api.as("standard").post(CHAT, body);
        assertError(answer, status);
        if (param != null) {
            assertThat(answer.error().path("param").asString()).startsWith(param);
        }
        assertThat(answer.header("x-receipt-id")).isEmpty();
    }

    private static void assertError(Api.Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("x-request-id")).isNotBlank();
        for (var field : List.of("message", "type", "param", "code")) {
            assertThat(answer.error().has(field)).as(field + " in " + answer.text()).isTrue();
        }
        assertThat(answer.text()).doesNotContain("Exception", "org.allodium", "\tat ");
    }

    @Test
    void aBodyThatIsTooLargeOrNotUtf8IsRefused() {
        var huge =
                Api.as("standard").post(CHAT, asking("\"user\":\"" + "x".repeat(3_000_000) + "\""));
        assertError(huge, 413);
        byte[] broken = asking("\"user\":\"?\"").getBytes(StandardCharsets.ISO_8859_1);
        broken[new String(broken, StandardCharsets.ISO_8859_1).indexOf('?')] = (byte) 0xC3;
        assertError(Api.as("standard").post(CHAT, broken), 400);
    }

    @Test
    void withoutAGoodKeyThereIsNothing() {
        for (String key : new String[] {null, "sk-alo-unknown", "nonsense", ""}) {
            for (var path : List.of("/models", "/models/allodium-guide", "/receipts/x")) {
                assertError(Api.with(key).get(path), 401);
            }
            assertError(Api.with(key).chat("allodium-guide", "Hi", 4), 401);
            assertError(Api.with(key).post("/embeddings", "{}"), 401);
        }
    }

    @Test
    void unknownModelsPathsAndReceiptsAreNotFound() {
        var answer = Api.as("standard").chat("no-such-model", "Hi", 4);
        assertError(answer, 404);
        assertThat(answer.error().path("code").asString()).isEqualTo("model_not_found");
        assertError(Api.as("standard").get("/no/such/path"), 404);
        assertError(Api.as("standard").get("/receipts/unknown"), 404);
        assertError(Api.as("standard").get(CHAT), 405);
    }

    @Test
    void anotherTenantsReceiptDoesNotExist() {
        var receipt = Api.as("standard").chat("allodium-guide", "Hi", 4).header("x-receipt-id");
        assertThat(Api.as("standard").get("/receipts/" + receipt).status()).isEqualTo(200);
        assertError(Api.as("startup").get("/receipts/" + receipt), 404);
    }

    @Test
    void aPromptBeyondTheContextIsRefusedWithBothNumbers() {
        var answer = Api.as("standard").chat("allodium-guide", "residency ".repeat(2000), 4);
        assertError(answer, 400);
        assertThat(answer.error().path("code").asString()).isEqualTo("context_length_exceeded");
    }

    @Test
    void successCarriesTheHeadersThatClientsRead() {
        var answer = Api.as("standard").chat("allodium-guide", "Hi", 4);
        assertThat(answer.status()).isEqualTo(200);
        for (var header :
                List.of(
                        "x-request-id",
                        "x-receipt-id",
                        "x-sovereignty",
                        "openai-processing-ms",
                        "x-ratelimit-limit-requests",
                        "x-ratelimit-remaining-requests",
                        "x-ratelimit-reset-requests",
                        "x-ratelimit-limit-tokens",
                        "x-ratelimit-remaining-tokens",
                        "x-ratelimit-reset-tokens")) {
            assertThat(answer.header(header)).as(header).isNotBlank();
        }
        var body = answer.json();
        assertThat(body.path("object").asString()).isEqualTo("chat.completion");
        assertThat(body.path("usage").path("total_tokens").asInt())
                .isEqualTo(
                        body.path("usage").path("prompt_tokens").asInt()
                                + body.path("usage").path("completion_tokens").asInt());
    }

    @Test
    void severalChoicesAreNumberedAndAllAreCounted() {
        var answer =
                Api.as("standard")
                        .post(
                                CHAT,
                                asking("\"n\":3,\"max_tokens\":5,\"temperature\":1,\"seed\":7"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("choices").size()).isEqualTo(3);
        assertThat(answer.json().path("choices").get(2).path("index").asInt()).isEqualTo(2);
        assertThat(answer.json().path("usage").path("completion_tokens").asInt()).isBetween(3, 15);
    }

    @Test
    void theSameSeedGivesTheSameText() {
        var body = asking("\"max_tokens\":16,\"temperature\":1.5,\"seed\":1234");
        var first = text(Api.as("standard").post(CHAT, body));
        assertThat(text(Api.as("standard").post(CHAT, body))).isEqualTo(first);
    }

    private static String text(Api.Answer answer) {
        return answer.json().path("choices").get(0).path("message").path("content").asString();
    }

    @Test
    void stopTextIsNotReturned() {
        var whole =
                text(Api.as("standard").post(CHAT, asking("\"max_tokens\":24,\"temperature\":0")));
        var stop = whole.substring(whole.length() / 3, whole.length() / 3 + 3);
        var cut =
                Api.as("standard")
                        .post(
                                CHAT,
                                asking(
                                        "\"max_tokens\":24,\"temperature\":0,\"stop\":"
                                                + JSON.writeValueAsString(stop)));
        assertThat(text(cut)).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(cut.json().path("choices").get(0).path("finish_reason").asString())
                .isEqualTo("stop");
    }

    @Test
    void theEventStreamKeepsItsGrammar() {
        var answer =
                Api.as("standard")
                        .post(
                                CHAT,
                                asking(
                                        "\"max_tokens\":8,\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertThat(answer.header("content-type")).startsWith("text/event-stream");
        var events = answer.events();
        assertThat(events.getLast()).isEqualTo("[DONE]");
        List<JsonNode> chunks =
                events.subList(0, events.size() - 1).stream().map(JSON::readTree).toList();
        assertThat(chunks.getFirst().path("choices").get(0).path("delta").path("role").asString())
                .isEqualTo("assistant");
        assertThat(chunks).allMatch(chunk -> chunk.has("usage"));
        var last = chunks.getLast();
        assertThat(last.path("choices").size()).isZero();
        assertThat(last.path("usage").path("completion_tokens").asInt()).isBetween(1, 8);
        var finish = chunks.get(chunks.size() - 2).path("choices").get(0);
        assertThat(finish.path("finish_reason").asString()).isIn("length", "stop");
        assertThat(chunks.stream().map(chunk -> chunk.path("id").asString()).distinct()).hasSize(1);
    }

    @Test
    void embeddingsAcceptTextsAndTokensAndAnswerInBase64() {
        var floats =
                embed("{\"model\":\"all-minilm-l6-v2\",\"input\":\"tide\"}").path("data").get(0);
        var packed =
                embed(
                        "{\"model\":\"all-minilm-l6-v2\",\"input\":[\"tide\"],\"encoding_format\":\"base64\"}");
        var bytes =
                ByteBuffer.wrap(
                                Base64.getDecoder()
                                        .decode(
                                                packed.path("data")
                                                        .get(0)
                                                        .path("embedding")
                                                        .asString()))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        assertThat(bytes.remaining()).isEqualTo(384);
        assertThat(bytes.get(0)).isEqualTo((float) floats.path("embedding").get(0).asDouble());
        var tokens = embed("{\"model\":\"all-minilm-l6-v2\",\"input\":[[101,8401,102],[101,102]]}");
        assertThat(tokens.path("data").size()).isEqualTo(2);
        assertThat(tokens.path("usage").path("prompt_tokens").asInt()).isEqualTo(5);
        assertError(
                Api.as("standard")
                        .post("/embeddings", "{\"model\":\"all-minilm-l6-v2\",\"input\":\"\"}"),
                400);
        assertError(
                Api.as("standard")
                        .post(
                                "/embeddings",
                                "{\"model\":\"all-minilm-l6-v2\",\"input\":\"x\",\"dimensions\":7}"),
                400);
    }

    private static JsonNode embed(String body) {
        var answer = Api.as("standard").post("/embeddings", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void metricsAndHealthTellMachinesWithoutNamingTenants() throws Exception {
        var http = java.net.http.HttpClient.newHttpClient();
        var metrics =
                http.send(
                        java.net.http.HttpRequest.newBuilder(
                                        java.net.URI.create(Product.management() + "/metrics"))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(metrics.body()).contains("allodium_").doesNotContain("coastal", "sk-alo-");
        var health =
                http.send(
                        java.net.http.HttpRequest.newBuilder(
                                        java.net.URI.create(Product.portal() + "/health/ready"))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(health.body()).containsIgnoringCase("database").containsIgnoringCase("keycloak");
    }
}
