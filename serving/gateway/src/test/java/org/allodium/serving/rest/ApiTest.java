package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.allodium.billing.Settlement;
import org.allodium.serving.FakeChatPool;
import org.allodium.serving.ServingWorld;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.tenancy.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ApiTest {
    private static final String HELLO =
            "{\"model\":\"guide\",\"messages\":[{\"role\":\"user\",\"content\":\"hi there\"}]%s}";

    private final ServingWorld world = new ServingWorld();
    private final Api api = WiredApi.over(world);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void answersAWholeCompletion() {
        var exchange = chat("");

        var body = exchange.json();
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(body.path("object").asString()).isEqualTo("chat.completion");
        assertThat(body.at("/choices/0/message/content").asString()).isEqualTo("Hello you");
        assertThat(body.at("/choices/0/message/refusal").isNull()).isTrue();
        assertThat(body.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(body.at("/usage/total_tokens").asInt()).isEqualTo(11);
        assertThat(exchange.answered("x-receipt-id")).isEqualTo(body.path("id").asString());
        assertThat(exchange.answered("x-sovereignty"))
                .isEqualTo(
                        "place=Norrhamn,XA; operator=Op%C3%A9rateur%3B One; policy=national;"
                                + " cache=miss; spill=none");
    }

    @Test
    void tooManyTokensWantedNamesTheFieldThatWantsThem() {
        for (var name : List.of("max_tokens", "max_completion_tokens")) {
            var exchange = chat(",\"" + name + "\":99");
            assertThat(exchange.status()).isEqualTo(400);
            assertThat(exchange.error().path("code").asString())
                    .isEqualTo("context_length_exceeded");
            assertThat(exchange.error().path("param").asString()).isEqualTo(name);
        }
    }

    @Test
    void aPromptThatLeavesNoRoomIsWhatToShorten() {
        var exchange =
                FakeExchange.post(
                        "/chat/completions",
                        HELLO.formatted(",\"max_tokens\":5").replace("hi", "x".repeat(100)));
        api.answer(exchange);
        assertThat(exchange.error().path("param").asString()).isEqualTo("messages");
    }

    @Test
    void rateHeadersFallByUse() {
        world.organisations.limits = new Limits(5, 1_000, 9);
        var first = chat("");
        var second = chat("");

        assertThat(first.answered("x-ratelimit-remaining-requests")).isEqualTo("4");
        assertThat(second.answered("x-ratelimit-remaining-requests")).isEqualTo("3");
        assertThat(second.answered("x-ratelimit-reset-requests")).isEqualTo("1m0s");
        assertThat(Long.parseLong(second.answered("x-ratelimit-remaining-tokens")))
                .isLessThan(1_000);
    }

    @Test
    void streamsInTheGrammarThatClientsExpect() {
        var exchange = chat(",\"stream\":true,\"stream_options\":{\"include_usage\":true}");

        assertThat(exchange.answered("Content-Type")).startsWith("text/event-stream");
        assertThat(exchange.answered("X-Accel-Buffering")).isEqualTo("no");
        assertThat(exchange.text()).endsWith("data: [DONE]\n\n");
        var chunks = chunks(exchange);
        assertThat(chunks).hasSize(5);
        assertThat(chunks.get(0).at("/choices/0/delta/role").asString()).isEqualTo("assistant");
        assertThat(chunks.get(1).at("/choices/0/delta/content").asString()).isEqualTo("Hello");
        assertThat(chunks.get(3).at("/choices/0/delta").size()).isZero();
        assertThat(chunks.get(3).at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(chunks.subList(0, 4))
                .allSatisfy(c -> assertThat(c.get("usage").isNull()).isTrue());
        assertThat(chunks.get(4).path("choices").size()).isZero();
        assertThat(chunks.get(4).at("/usage/completion_tokens").asInt()).isEqualTo(3);
        assertThat(chunks)
                .extracting(c -> c.path("id").asString())
                .containsOnly(exchange.answered("x-receipt-id"));
    }

    @Test
    void aStreamWithoutUsageNamesNone() {
        assertThat(chunks(chat(",\"stream\":true"))).noneMatch(c -> c.has("usage"));
    }

    @Test
    void everyChoiceOfAStreamHasItsRoleAndItsEnd() {
        var chunks = chunks(chat(",\"stream\":true,\"n\":2"));

        for (int n = 0; n < 2; n++) {
            int choice = n;
            var own =
                    chunks.stream()
                            .filter(c -> c.at("/choices/0/index").asInt() == choice)
                            .toList();
            assertThat(own.getFirst().at("/choices/0/delta/role").isString()).isTrue();
            assertThat(own.getLast().at("/choices/0/finish_reason").isString()).isTrue();
        }
    }

    @Test
    void anEngineThatBreaksBeforeTheFirstByteIsAnOrdinaryError() {
        world.home.script = (pool, sink) -> sink.end(ChatPool.End.FAILED, 0, 0);
        var exchange = chat(",\"stream\":true");

        assertThat(exchange.status()).isEqualTo(502);
        assertThat(exchange.error().path("code").asString()).isEqualTo("upstream_failed");
        assertThat(exchange.answered("Content-Type")).startsWith("application/json");
    }

    @Test
    void anEngineThatBreaksLaterEndsTheStreamWithAnErrorEvent() {
        world.home.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.FAILED, "a");
        var exchange = chat(",\"stream\":true");

        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.text()).doesNotContain("[DONE]");
        var last = chunks(exchange).getLast();
        assertThat(last.at("/error/code").asString()).isEqualTo("upstream_failed");
        assertThat(last.at("/error/receipt_id").asString())
                .isEqualTo(world.budgets.settled.getFirst().requestId());
    }

    @Test
    void aClientThatHangsUpIsChargedForWhatItGot() {
        var exchange = post("/chat/completions", HELLO.formatted(",\"stream\":true"));
        api.answer(exchange.hangingUpAfter(500));

        assertThat(world.budgets.settled)
                .singleElement()
                .satisfies(s -> assertThat(s.outcome()).isEqualTo(Settlement.Outcome.CANCELLED));
    }

    @Test
    void aReplayHasTheGrammarOfAFreshAnswer() {
        world.projects.answerCache = true;
        var fresh = chat(",\"stream\":true,\"temperature\":0");
        var again = chat(",\"stream\":true,\"temperature\":0");

        assertThat(chunks(again)).hasSameSizeAs(chunks(fresh));
        assertThat(again.answered("x-sovereignty")).contains("cache=hit");
        var whole = chat(",\"temperature\":0").json();
        assertThat(whole.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(8);
    }

    @Test
    void aModelBarredByLawIsNamedWithItsRuleAndNotTriedAgain() {
        world.facts.barred.add(ServingWorld.ABROAD);
        var exchange =
                post("/chat/completions", HELLO.formatted("").replace("guide", "guide-abroad"));
        api.answer(exchange);

        assertThat(exchange.status()).isEqualTo(403);
        assertThat(exchange.answered("x-should-retry")).isEqualTo("false");
        assertThat(exchange.error().path("code").asString()).isEqualTo("data_residency_mismatch");
        var detail = exchange.error().at("/details/0");
        assertThat(detail.path("rule").asString()).isEqualTo("R7");
        assertThat(detail.path("code").asString()).isEqualTo("operator_control");
        assertThat(detail.path("scope").asString()).isEqualTo("harbour-cpu");
        assertThat(world.budgets.reserved).isEmpty();
    }

    @Test
    void aSpentBudgetIsNotTriedAgain() {
        world.budgets.onlyAvailable("0");
        var exchange = chat("");

        assertThat(exchange.status()).isEqualTo(429);
        assertThat(exchange.error().path("code").asString()).isEqualTo("insufficient_quota");
        assertThat(exchange.answered("x-should-retry")).isEqualTo("false");
        assertThat(exchange.hasAnswered("Retry-After")).isFalse();
        assertThat(exchange.hasAnswered("x-ratelimit-remaining-requests")).isTrue();
    }

    @Test
    void aRateLimitSaysWhenToComeBack() {
        world.organisations.limits = new Limits(1, 1_000, 9);
        chat("");
        var exchange = chat("");

        assertThat(exchange.status()).isEqualTo(429);
        assertThat(exchange.error().path("code").asString()).isEqualTo("rate_limit_exceeded");
        assertThat(exchange.answered("Retry-After")).isEqualTo("60");
    }

    @Test
    void badBodiesCountAsRequests() {
        world.organisations.limits = new Limits(1, 1_000, 9);
        var first = post("/chat/completions", "{");
        api.answer(first);
        var second = post("/chat/completions", "{");
        api.answer(second);

        assertThat(first.status()).isEqualTo(400);
        assertThat(second.status()).isEqualTo(429);
    }

    @Test
    void embedsAsFloatsAndAsBase64() {
        var floats = post("/embeddings", "{\"model\":\"org/encoder\",\"input\":[\"abc\",\"de\"]}");
        api.answer(floats);
        var base64 =
                post(
                        "/embeddings",
                        "{\"model\":\"org/encoder\",\"input\":[1,2,3],\"encoding_format\":\"base64\"}");
        api.answer(base64);

        assertThat(floats.json().at("/data/1/index").asInt()).isEqualTo(1);
        assertThat(floats.json().at("/data/1/embedding/0").asDouble()).isEqualTo(2);
        assertThat(floats.json().at("/usage/prompt_tokens").asInt()).isEqualTo(5);
        assertThat(floats.answered("x-receipt-id")).startsWith("embd-");
        // 3, 0.5 and -1 as little-endian floats.
        assertThat(base64.json().at("/data/0/embedding").asString()).isEqualTo("AABAQAAAAD8AAIC/");
    }

    @Test
    void listsWhatTheCallerMayUseWithPlacesAndPrices() {
        world.facts.barred.add(ServingWorld.ABROAD);
        var exchange = FakeExchange.get("/models");
        api.answer(exchange);

        var data = exchange.json().path("data");
        assertThat(data)
                .extracting(m -> m.path("id").asString())
                .containsExactly("guide", "org/encoder", "org/ranker");
        var ours = data.get(0).path("x_sovereign");
        assertThat(ours.path("state").asString()).isEqualTo("ready");
        assertThat(ours.at("/modalities/0").asString()).isEqualTo("text");
        assertThat(ours.at("/places/1/facility").asString()).isEqualTo("Sydal");
        assertThat(ours.at("/prices/output_per_million").asString()).isEqualTo("2");
        assertThat(data.get(0).get("shutdown_date").isNull()).isTrue();
    }

    @Test
    void findsIdsWithSlashesRawAndEncoded() {
        for (String path : List.of("/models/org/encoder", "/models/org%2Fencoder")) {
            var exchange = FakeExchange.get(path);
            api.answer(exchange);
            assertThat(exchange.json().path("id").asString()).isEqualTo("org/encoder");
        }
    }

    @Test
    void hidesUnknownForbiddenAndBarredModelsAlike() {
        world.facts.barred.add(ServingWorld.ABROAD);
        var unknown = FakeExchange.get("/models/nope");
        var barred = FakeExchange.get("/models/guide-abroad");
        var forbidden = FakeExchange.get("/models/guide").with("Authorization", "Bearer narrow");
        for (var exchange : List.of(unknown, barred, forbidden)) {
            api.answer(exchange);
            assertThat(exchange.status()).isEqualTo(404);
            assertThat(exchange.error().path("code").asString()).isEqualTo("model_not_found");
        }
    }

    @Test
    void everyResponseHasARequestIdAndEveryErrorItsFourKeys() {
        for (var exchange :
                List.of(
                        FakeExchange.get("/nothing"),
                        FakeExchange.of("DELETE", "/models"),
                        FakeExchange.get("/models").without("Authorization"),
                        FakeExchange.get("/models").with("Authorization", "Bearer bad"),
                        post("/chat/completions", "[]"))) {
            api.answer(exchange);
            assertThat(exchange.answered("x-request-id")).startsWith("req_");
            assertThat(exchange.error().propertyNames())
                    .contains("message", "type", "param", "code");
        }
    }

    @Test
    void aMethodThatIsNotTakenIsToldWhichAre() {
        var exchange = FakeExchange.get("/chat/completions");
        api.answer(exchange);

        assertThat(exchange.status()).isEqualTo(405);
        assertThat(exchange.answered("Allow")).isEqualTo("POST");
    }

    @Test
    void anUnknownKeyIsAskedForOne() {
        var exchange = FakeExchange.get("/models").without("Authorization");
        api.answer(exchange);

        assertThat(exchange.status()).isEqualTo(401);
        assertThat(exchange.error().path("code").asString()).isEqualTo("invalid_api_key");
        assertThat(exchange.answered("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void neverReadsMoreThanOneByteBeyondTheLimit() {
        var exchange = post("/chat/completions", "x".repeat(1_000_000));
        api.answer(exchange);

        assertThat(exchange.status()).isEqualTo(413);
        assertThat(exchange.error().path("code").asString()).isEqualTo("request_too_large");
        assertThat(exchange.bytesRead).isEqualTo(2_001);
    }

    @Test
    void brokenTextIsRefused() {
        var bytes = HELLO.formatted("").getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 6] = (byte) 0xC3;
        var exchange = FakeExchange.post("/chat/completions", bytes);
        api.answer(exchange);

        assertThat(exchange.status()).isEqualTo(400);
        assertThat(exchange.error().path("message").asString()).contains("UTF-8");
    }

    private FakeExchange chat(String more) {
        var exchange = post("/chat/completions", HELLO.formatted(more));
        api.answer(exchange);
        return exchange;
    }

    private static FakeExchange post(String path, String body) {
        return FakeExchange.post(path, body);
    }

    private static List<JsonNode> chunks(FakeExchange exchange) {
        var chunks = new ArrayList<JsonNode>();
        for (String event : exchange.text().split("\n\n")) {
            var data = event.substring("data: ".length());
            if (!data.equals("[DONE]")) {
                chunks.add(JsonMapper.shared().readTree(data));
            }
        }
        return chunks;
    }
}
