package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.ToolCall;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.ServingWorld;
import org.allodium.serving.internal.pools.ChatPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Chat answers that ask for calls.
class ToolApiTest {
    private static final String TOOLS =
            ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}]";

    private final ServingWorld world = new ServingWorld();
    private final Api api = WiredApi.over(world);

    @BeforeEach
    void calls() {
        world.home.script =
                (pool, sink) -> {
                    var first = new ToolCall("call_1", "weather", "{\"city\":\"Sydal\"}");
                    var second = new ToolCall("call_2", "weather", "{}");
                    sink.piece(new AnswerPiece("", List.of(), 3, List.of(first)));
                    sink.piece(new AnswerPiece("", List.of(), 6, List.of(second)));
                    sink.end(ChatPool.End.TOOL_CALLS, 7, 0);
                };
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void wholeAnswersHoldTheCalls() {
        var choice = chat(TOOLS).json().at("/choices/0");

        assertThat(choice.path("finish_reason").asString()).isEqualTo("tool_calls");
        var message = choice.path("message");
        assertThat(message.get("content").isNull()).isTrue();
        assertThat(message.at("/tool_calls/0").toString())
                .isEqualTo(
                        "{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":"
                                + "\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Sydal\\\"}\"}}");
        assertThat(message.path("tool_calls").size()).isEqualTo(2);
        assertThat(world.budgets.settled.getFirst().outputTokens()).isEqualTo(7);
    }

    @Test
    void streamsNameTheCallFirstAndThenItsArguments() {
        var chunks = chunks(chat(TOOLS + ",\"stream\":true"));

        assertThat(chunks.get(0).at("/choices/0/delta/role").asString()).isEqualTo("assistant");
        var named = chunks.get(1).at("/choices/0/delta/tool_calls/0");
        assertThat(named.path("index").asInt()).isZero();
        assertThat(named.path("id").asString()).isEqualTo("call_1");
        assertThat(named.at("/function/name").asString()).isEqualTo("weather");
        assertThat(named.at("/function/arguments").asString()).isEmpty();
        var arguments = chunks.get(2).at("/choices/0/delta/tool_calls/0");
        assertThat(arguments.has("id")).isFalse();
        assertThat(arguments.at("/function/arguments").asString())
                .isEqualTo("{\"city\":\"Sydal\"}");
        assertThat(chunks.get(3).at("/choices/0/delta/tool_calls/0/index").asInt()).isEqualTo(1);
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asString())
                .isEqualTo("tool_calls");
    }

    @Test
    void whoSpeaksTheFirstInterfaceHearsItToo() {
        var functions = ",\"functions\":[{\"name\":\"weather\"}]";
        var choice = chat(functions).json().at("/choices/0");
        assertThat(choice.path("finish_reason").asString()).isEqualTo("function_call");
        assertThat(choice.at("/message/function_call").toString())
                .isEqualTo("{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Sydal\\\"}\"}");
        assertThat(choice.path("message").has("tool_calls")).isFalse();

        var chunks = chunks(chat(functions + ",\"stream\":true"));
        assertThat(chunks.get(1).at("/choices/0/delta/function_call/name").asString())
                .isEqualTo("weather");
        assertThat(chunks.get(2).at("/choices/0/delta/function_call/arguments").asString())
                .isEqualTo("{\"city\":\"Sydal\"}");
        assertThat(chunks.getLast().at("/choices/0/finish_reason").asString())
                .isEqualTo("function_call");
    }

    @Test
    void theFormSaysWhatMayAndWhatMustBeCalled() {
        chat(TOOLS);
        chat(TOOLS + ",\"tool_choice\":\"required\",\"parallel_tool_calls\":false");
        chat(TOOLS + ",\"tool_choice\":\"none\"");

        var formats = world.home.asked.stream().map(c -> c.request().format()).toList();
        assertThat(formats.get(0))
                .isInstanceOfSatisfying(
                        OutputFormat.ToolCalls.class, f -> assertThat(f.required()).isFalse());
        assertThat(formats.get(1))
                .isInstanceOfSatisfying(
                        OutputFormat.ToolCalls.class,
                        f -> {
                            assertThat(f.required()).isTrue();
                            assertThat(f.many()).isFalse();
                        });
        assertThat(formats.get(2)).isEqualTo(OutputFormat.TEXT);
    }

    @Test
    void answersWithToolsAreNotKept() {
        world.projects.answerCache = true;
        chat(TOOLS + ",\"temperature\":0");
        chat(TOOLS + ",\"temperature\":0");

        assertThat(world.home.asked).hasSize(2);
    }

    private FakeExchange chat(String more) {
        var exchange =
                FakeExchange.post(
                        "/chat/completions",
                        "{\"model\":\"guide\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
                                + more
                                + "}");
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
