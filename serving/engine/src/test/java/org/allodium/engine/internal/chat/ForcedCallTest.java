package org.allodium.engine.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.ChatPrompt;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.Decoder;
import org.allodium.engine.Engine;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.RecordedAnswer;
import org.allodium.engine.Sampling;
import org.allodium.engine.Tool;
import org.allodium.engine.ToolCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/// The bundled guide with the template of another family: what it must call, it calls, though it
/// was never trained to.
class ForcedCallTest {
    private static final Path GUIDE = Path.of("../models/src/main/resources/models/allodium-guide");
    private static final Tool WEATHER =
            tool(
                    "weather",
                    "{\"type\":\"object\",\"properties\":{\"city\":{\"enum\":[\"Norrhamn\"]},"
                            + "\"days\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9}},"
                            + "\"required\":[\"city\",\"days\"]}");
    private static final Tool CLOCK = tool("clock", "{\"type\":\"object\",\"properties\":{}}");

    @TempDir private Path dir;

    private static Tool tool(String name, String parameters) {
        return new Tool(
                name,
                "{\"type\":\"function\",\"function\":{\"name\":\"%s\",\"parameters\":%s}}"
                        .formatted(name, parameters),
                parameters);
    }

    private Decoder load(String template) throws IOException {
        try (var files = Files.list(GUIDE)) {
            for (var file : files.toList()) {
                Files.copy(file, dir.resolve(file.getFileName()));
            }
        }
        Files.writeString(dir.resolve("chat_template.jinja"), template);
        return Engine.loadDecoder(dir);
    }

    @ParameterizedTest
    @EnumSource(ToolStyle.class)
    void callsWithArgumentsThatFit(ToolStyle style) throws IOException {
        try (var decoder = load(template(style))) {
            var tools = style == ToolStyle.NAMED ? List.of(WEATHER) : List.of(WEATHER, CLOCK);
            var format = new OutputFormat.ToolCalls(tools, true, false, true);
            decoder.check(format);
            for (long seed = 0; seed < 4; seed++) {
                var calls = calls(decoder, format, seed);
                assertThat(calls).hasSize(1);
                for (var call : calls) {
                    var arguments = JsonMapper.shared().readTree(call.arguments());
                    if (call.name().equals("weather")) {
                        assertThat(arguments.path("city").asString()).isEqualTo("Norrhamn");
                        assertThat(arguments.path("days").asInt()).isBetween(1, 9);
                    } else {
                        assertThat(arguments.isEmpty()).isTrue();
                    }
                }
            }
        }
    }

    private static String template(ToolStyle style) {
        return switch (style) {
            case TAGS -> Styles.TAGS;
            case BARE -> Styles.BARE;
            case MISTRAL -> Styles.MISTRAL;
            case GRANITE -> Styles.GRANITE;
            case NAMED -> Styles.NAMED;
        };
    }

    private static List<ToolCall> calls(Decoder decoder, OutputFormat.ToolCalls format, long seed) {
        // The guide's vocabulary makes many tokens of a tool's description: more than it can take.
        var question = List.of(new ChatMessage("user", "Rain?"));
        var asked = new ChatPrompt(question, List.of(), format.tools(), "{}");
        var request =
                new GenerationRequest(
                                LongStream.of(decoder.encodeChat(asked)).boxed().toList(),
                                150,
                                new Sampling(0.8, 1, seed),
                                List.of())
                        .withFormat(format);
        var answer = new RecordedAnswer();
        decoder.submit(request, answer);
        var reader = decoder.toolCalls(format);
        var calls = new ArrayList<ToolCall>();
        var words = new StringBuilder();
        for (var part : List.of(reader.push(answer.text()), reader.end())) {
            calls.addAll(part.calls());
            words.append(part.text());
        }
        assertThat(words.toString()).isBlank();
        return calls;
    }

    @Test
    void ofSeveralToolsNoneCanBeDemandedWhereTheNameStandsBeforeTheForm() throws IOException {
        try (var decoder = load(Styles.NAMED)) {
            var two = List.of(WEATHER, CLOCK);
            for (boolean required : new boolean[] {true, false}) {
                var format = new OutputFormat.ToolCalls(two, required, true, true);
                var refusal =
                        catchThrowableOfType(FormatRefused.class, () -> decoder.check(format));
                assertThat(refusal)
                        .hasMessageStartingWith("In the form in which this model calls tools");
            }
            decoder.check(new OutputFormat.ToolCalls(two, false, true, false));
        }
    }

    @Test
    void anotherTemplateCanBeThereForTools() throws IOException {
        var more = Files.createDirectory(dir.resolve("additional_chat_templates"));
        Files.writeString(more.resolve("tool_use.jinja"), Styles.TAGS);
        try (var decoder = load("{{ messages[0].content }}")) {
            decoder.check(new OutputFormat.ToolCalls(List.of(CLOCK), true, true, true));
            var words = List.of(new ChatMessage("user", "Rain?"));
            assertThat(decoder.decode(decoder.encodeChat(words))).isEqualTo("Rain?");
            var asked = new ChatPrompt(words, List.of(CLOCK), List.of(), "{}");
            assertThat(decoder.decode(decoder.encodeChat(asked)))
                    .contains("# Tools", "clock", "user\nRain?");
        }
    }

    @Test
    void aTemplateWithoutToolsRefusesThem() throws IOException {
        try (var decoder = load("{{ messages[0].content }}")) {
            var format = new OutputFormat.ToolCalls(List.of(CLOCK), false, true, false);
            var refusal = catchThrowableOfType(FormatRefused.class, () -> decoder.check(format));
            assertThat(refusal).hasMessage("The model's chat template does not use tools.");
            var result = new ChatMessage("tool", "x", List.of(), Optional.of("c"));
            assertThat(
                            catchThrowableOfType(
                                    ChatRefused.class, () -> decoder.encodeChat(List.of(result))))
                    .hasMessageContaining("no place for calls");
        }
    }

    @Test
    void aSchemaOfArgumentsThatIsNotKeptIsRefusedByPlace() throws IOException {
        try (var decoder = load(Styles.TAGS)) {
            var odd = tool("odd", "{\"type\":\"object\",\"minProperties\":5}");
            var format = new OutputFormat.ToolCalls(List.of(CLOCK, odd), true, true, true);
            var refusal = catchThrowableOfType(FormatRefused.class, () -> decoder.check(format));
            assertThat(refusal.place()).isEqualTo("[1].function.parameters.minProperties");
        }
    }
}
