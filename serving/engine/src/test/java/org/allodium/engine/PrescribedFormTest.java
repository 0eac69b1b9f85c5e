package org.allodium.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.allodium.engine.GenerationResult.FinishReason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The bundled guide, held to forms that it was never trained on.
class PrescribedFormTest {
    private static final OutputFormat CITY =
            new OutputFormat.JsonSchema(
                    """
                    {"type": "object",
                     "properties": {
                       "city": {"enum": ["Norrhamn", "Sydal"]},
                       "people": {"type": "integer", "minimum": 1000, "maximum": 9999},
                       "tags": {"type": "array", "items": {"type": "string", "maxLength": 8},
                                "minItems": 1, "maxItems": 2}},
                     "required": ["city", "people", "tags"], "additionalProperties": false}
                    """);

    private static Decoder decoder;

    @BeforeAll
    static void load() {
        decoder = Engine.loadDecoder(Path.of("../models/src/main/resources/models/allodium-guide"));
    }

    @AfterAll
    static void close() {
        decoder.close();
    }

    private static RecordedAnswer ask(OutputFormat format, double temperature, long seed) {
        var prompt = decoder.encodeChat(List.of(new ChatMessage("user", "What is Allodium?")));
        var request =
                new GenerationRequest(
                                LongStream.of(prompt).boxed().toList(),
                                120,
                                new Sampling(temperature, 1, seed),
                                List.of())
                        .withFormat(format);
        var answer = new RecordedAnswer();
        decoder.submit(request, answer);
        return answer;
    }

    @Test
    void keepsToTheSchemaAndEndsThere() {
        for (long seed = 0; seed < 8; seed++) {
            var answer = ask(CITY, seed % 2 == 0 ? 0 : 1.3, seed);
            assertThat(answer.result().reason()).isEqualTo(FinishReason.STOP);
            var city = JsonMapper.shared().readTree(answer.text());
            assertThat(city.path("city").asString()).isIn("Norrhamn", "Sydal");
            assertThat(city.path("people").asInt()).isBetween(1000, 9999);
            assertThat(city.path("tags").size()).isBetween(1, 2);
            assertThat(city.propertyNames()).hasSize(3);
        }
    }

    @Test
    void aQuoteIsSaidToTheLetter() {
        var text = "Öffne *Keys*: `./allodium` <|im_end|> says\n**naïve** 漢字 ¶.";
        for (double temperature : new double[] {0, 1.3}) {
            var answer = ask(new OutputFormat.Quote(text), temperature, 1);
            assertThat(answer.text()).isEqualTo(text);
            assertThat(answer.result().reason()).isEqualTo(FinishReason.STOP);
        }
    }

    /// Nothing has to be drawn one by one where it is certain what follows.
    @Test
    void aQuoteTakesFewSteps() {
        var text = "A receipt is a signed record of one request. ".repeat(4).strip();
        var steps = new ArrayList<StepReport>();
        var options = DecoderOptions.STANDARD.withSteps(1, steps::add);
        var guide = Path.of("../models/src/main/resources/models/allodium-guide");
        try (var counted = Engine.loadDecoder(guide, options)) {
            var prompt = counted.encodeChat(List.of(new ChatMessage("user", "What is a receipt?")));
            var request =
                    new GenerationRequest(
                                    LongStream.of(prompt).boxed().toList(),
                                    200,
                                    Sampling.GREEDY,
                                    List.of())
                            .withFormat(new OutputFormat.Quote(text));
            var answer = new RecordedAnswer();
            counted.submit(request, answer);
            assertThat(answer.text()).isEqualTo(text);
            int tokens = answer.result().completionTokens();
            assertThat(tokens).isEqualTo(counted.encode(text).length);
            assertThat(steps).hasSizeLessThan(tokens / 3);
        }
    }

    @Test
    void anyObjectParsesUnlessItIsCut() {
        for (long seed = 0; seed < 6; seed++) {
            var answer = ask(new OutputFormat.JsonObject(), 1, seed);
            if (answer.result().reason() == FinishReason.STOP) {
                assertThat(JsonMapper.shared().readTree(answer.text()).isObject()).isTrue();
            } else {
                assertThat(answer.result().completionTokens()).isEqualTo(120);
            }
        }
    }

    @Test
    void refusesWhatItCannotKeepBeforeAnythingIsQueued() {
        var refusal =
                catchThrowableOfType(
                        FormatRefused.class,
                        () -> decoder.check(new OutputFormat.JsonSchema("{\"not\": {}}")));
        assertThat(refusal.place()).isEqualTo("not");
        assertThat(refusal).hasMessageContaining("`not`");
    }

    @Test
    void tokensSpellTheirText() {
        var ids = decoder.encode("Grüße 🙂");
        var bytes = new ByteArrayOutputStream();
        LongStream.of(ids).forEach(id -> bytes.writeBytes(decoder.bytes(id)));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("Grüße 🙂");
        assertThat(decoder.bytes(2)).isEqualTo("<|im_end|>".getBytes(StandardCharsets.UTF_8));
    }
}
