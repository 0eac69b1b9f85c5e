package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.allodium.kernel.Money;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.FakeChatPool;
import org.allodium.serving.ScoredToken;
import org.allodium.serving.ServingWorld;
import org.allodium.serving.internal.pools.ChatPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `POST /v1/completions`, and what chat answers have in common with it: tokens and their scores.
class TextApiTest {
    private final ServingWorld world = new ServingWorld();
    private final Api api = WiredApi.over(world);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void continuesOneText() {
        var exchange = text("\"prompt\":\"hi there\"");

        var body = exchange.json();
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(body.path("object").asString()).isEqualTo("text_completion");
        assertThat(body.path("id").asString()).startsWith("cmpl-");
        assertThat(body.at("/choices/0/text").asString()).isEqualTo("Hello you");
        assertThat(body.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(body.at("/choices/0/logprobs").isNull()).isTrue();
        assertThat(body.at("/usage/total_tokens").asInt()).isEqualTo(11);
        assertThat(exchange.answered("x-receipt-id")).isEqualTo(body.path("id").asString());
        assertThat(world.home.asked.getFirst().maxTokens()).isEqualTo(16);
    }

    @Test
    void everyPromptHasItsChoicesAndTheReservationCoversThemAll() {
        var exchange = text("\"prompt\":[\"abc\",[1,2]],\"n\":2,\"max_tokens\":5,\"seed\":3");

        var choices = exchange.json().path("choices");
        assertThat(choices).extracting(c -> c.path("index").asInt()).containsExactly(0, 1, 2, 3);
        assertThat(world.home.asked)
                .extracting(c -> c.request().promptTokens().size())
                .containsExactly(3, 3, 2, 2);
        assertThat(world.home.asked)
                .extracting(c -> c.seed().orElseThrow())
                .containsExactly(3L, 4L, 3L, 4L);
        var intent = world.budgets.reserved.getFirst();
        assertThat(intent.charge().inputTokens()).isEqualTo(5);
        assertThat(intent.charge().maxOutputTokens()).isEqualTo(20);
        var settled = world.budgets.settled.getFirst();
        assertThat(settled.inputTokens()).isEqualTo(5);
        assertThat(settled.outputTokens()).isEqualTo(12);
    }

    @Test
    void givesThePromptBackWithItsScoresAsHarnessesReadThem() {
        world.home.script =
                (pool, sink) -> {
                    sink.prompt(
                            List.of(
                                    token(1, "<s>", Double.NaN),
                                    token(2, "Grü", -1.5, token(3, "x", -0.5)),
                                    token(4, "ße", -0.25, token(4, "ße", -0.25))));
                    sink.piece(
                            new AnswerPiece("!", List.of(token(5, "!", -2, token(6, "?", -1))), 1));
                    sink.end(ChatPool.End.LENGTH, 1, 0);
                };
        var exchange =
                text(
                        "\"prompt\":\"Grüße\",\"echo\":true,\"logprobs\":1,\"max_tokens\":1,"
                                + "\"temperature\":0,\"return_token_ids\":true");

        var choice = exchange.json().at("/choices/0");
        assertThat(choice.path("text").asString()).isEqualTo("Grüße!");
        var scores = choice.path("logprobs");
        assertThat(scores.path("tokens").toString()).isEqualTo("[\"<s>\",\"Grü\",\"ße\",\"!\"]");
        assertThat(scores.path("token_logprobs").toString()).isEqualTo("[null,-1.5,-0.25,-2.0]");
        assertThat(scores.path("text_offset").toString()).isEqualTo("[0,0,3,5]");
        assertThat(scores.path("top_logprobs").toString())
                .isEqualTo(
                        "[null,{\"x\":-0.5,\"Grü\":-1.5},{\"ße\":-0.25},{\"?\":-1.0,\"!\":-2.0}]");
        assertThat(choice.path("token_ids").toString()).isEqualTo("[5]");
        var logprobs = world.home.asked.getFirst().request().logprobs();
        assertThat(logprobs.promptTop()).isEqualTo(1);
    }

    @Test
    void scoringAPromptAloneIsNotFree() {
        world.home.script =
                (pool, sink) -> {
                    sink.prompt(List.of(token(1, "ab", Double.NaN)));
                    sink.end(ChatPool.End.LENGTH, 0, 0);
                };
        var exchange = text("\"prompt\":[[7,8]],\"echo\":true,\"max_tokens\":0,\"logprobs\":0");

        var choice = exchange.json().at("/choices/0");
        assertThat(choice.path("text").asString()).isEqualTo("xx");
        assertThat(choice.path("finish_reason").asString()).isEqualTo("length");
        var settled = world.budgets.settled.getFirst();
        assertThat(settled.inputTokens()).isEqualTo(2);
        assertThat(world.budgets.reserved.getFirst().charge().ceiling())
                .isNotEqualTo(Money.euro("0"));
    }

    @Test
    void streamsInTheGrammarOfTextCompletions() {
        var exchange =
                text(
                        "\"prompt\":\"hi\",\"echo\":true,\"stream\":true,"
                                + "\"stream_options\":{\"include_usage\":true}");

        assertThat(exchange.text()).endsWith("data: [DONE]\n\n");
        var chunks = chunks(exchange);
        assertThat(chunks)
                .extracting(c -> c.path("object").asString())
                .containsOnly("text_completion");
        assertThat(chunks)
                .extracting(c -> c.at("/choices/0/text").asString(""))
                .containsExactly("hi", "Hello", " you", "", "");
        assertThat(chunks.get(3).at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(chunks.get(4).at("/usage/prompt_tokens").asInt()).isEqualTo(2);
    }

    @Test
    void chatScoresTokensAndNamesTheirIds() {
        world.home.script =
                (pool, sink) -> {
                    var half = List.of(token(5, "ü", -0.5, token(6, "u", -9_000_000)));
                    sink.piece(new AnswerPiece("ü", half, 1));
                    sink.piece(new AnswerPiece("", List.of(token(2, "<end>", -0.1)), 2));
                    sink.end(ChatPool.End.STOP, 2, 0);
                };
        var wanted = "\"logprobs\":true,\"top_logprobs\":1,\"return_token_ids\":true";
        var whole = chat(wanted).json().at("/choices/0");
        var entry = whole.at("/logprobs/content/0");
        assertThat(entry.path("token").asString()).isEqualTo("ü");
        assertThat(entry.path("bytes").toString()).isEqualTo("[195,188]");
        assertThat(entry.path("logprob").asDouble()).isEqualTo(-0.5);
        assertThat(entry.at("/top_logprobs/0/logprob").asDouble()).isEqualTo(-9999);
        assertThat(whole.path("token_ids").toString()).isEqualTo("[5,2]");

        var chunks = chunks(chat(wanted + ",\"stream\":true"));
        assertThat(chunks.get(1).at("/choices/0/logprobs/content/0/token").asString())
                .isEqualTo("ü");
        assertThat(chunks.get(2).at("/choices/0/token_ids").toString()).isEqualTo("[2]");
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    }

    @Test
    void unknownTokensAreRefusedByPlace() {
        var inPrompt = text("\"prompt\":[[1],[1000]]");
        assertThat(inPrompt.status()).isEqualTo(400);
        assertThat(inPrompt.error().path("param").asString()).isEqualTo("prompt[1]");
        var inBias = chat("\"logit_bias\":{\"1000\":1}");
        assertThat(inBias.error().path("param").asString()).isEqualTo("logit_bias");
        assertThat(world.budgets.reserved).isEmpty();
    }

    @Test
    void theFormIsCheckedBeforeAnythingIsReserved() {
        chat("\"response_format\":{\"type\":\"json_object\"}");
        assertThat(world.home.checked).hasSize(1);
        assertThat(world.home.asked.getFirst().request().format().toString())
                .contains("JsonObject");
    }

    @Test
    void cachedTokensOfAPromptCountOnce() {
        world.home.script = (pool, sink) -> sink.end(ChatPool.End.LENGTH, 1, 4);
        var usage = text("\"prompt\":[\"abcdef\",\"abcdefg\"],\"n\":3").json().path("usage");

        assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(8);
    }

    @Test
    void whenOneChoiceFailsTheOthersAreCancelled() {
        world.home.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.FAILED, "a");
        var exchange = text("\"prompt\":[\"a\",\"b\",\"c\"]");

        assertThat(exchange.status()).isEqualTo(502);
        assertThat(world.home.cancelled.getCount()).isZero();
        assertThat(world.budgets.released).hasSize(1);
    }

    private static ScoredToken token(long id, String text, double logprob, ScoredToken... top) {
        var bytes = new ArrayList<Integer>();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(b & 0xff);
        }
        var score = Double.isNaN(logprob) ? OptionalDouble.empty() : OptionalDouble.of(logprob);
        return new ScoredToken(id, text, bytes, score, List.of(top));
    }

    private FakeExchange text(String fields) {
        return post("/completions", "{\"model\":\"guide\"," + fields + "}");
    }

    private FakeExchange chat(String fields) {
        return post(
                "/chat/completions",
                "{\"model\":\"guide\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                        + fields
                        + "}");
    }

    private FakeExchange post(String path, String body) {
        var exchange = FakeExchange.post(path, body);
        api.answer(exchange);
        return exchange;
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
