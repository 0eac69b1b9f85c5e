package org.allodium.engine.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.Decoder;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.Engine;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Sampling;
import org.allodium.engine.Sampling.Penalties;
import org.allodium.engine.StepReport;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.scheduler.BatchingWorld.Heard;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.reference.Family;
import org.allodium.engine.reference.TinyModel;
import org.allodium.engine.reference.TinyModel.Numbers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Real models answer the same, to the last probability, with guesses and without.
class GuessedAnswersTest {
    private static final Path GUIDE = Path.of("../models/src/main/resources/models/allodium-guide");
    private static final List<String> QUESTIONS =
            List.of(
                    "What is Allodium?",
                    "How do I create an API key?",
                    "What is the capital of France?",
                    "How are prices set?",
                    "Who can see my prompts?");
    private static final OutputFormat FORM =
            new OutputFormat.JsonSchema(
                    """
                    {"type": "object",
                     "properties": {
                       "cities": {"type": "array", "minItems": 3, "maxItems": 6,
                         "items": {"type": "object",
                           "properties": {"city": {"enum": ["Norrhamn", "Sydal"]},
                                          "people": {"enum": [1000, 2000]}},
                           "required": ["city", "people"], "additionalProperties": false}}},
                     "required": ["cities"], "additionalProperties": false}
                    """);

    @TempDir Path dir;

    /// What a copy of a model answered, and in which steps.
    private record Run(List<Heard> heard, List<StepReport> steps) {
        int accepted() {
            return steps.stream().mapToInt(s -> s.guesses().accepted()).sum();
        }
    }

    @BeforeAll
    static void needsOwnMachineCode() {
        try (var compute = Compute.share()) {
            assumeThat(compute.call(CpuLibrary::find)).isPresent();
        }
    }

    /// All at once, so that each has others beside it, whose guesses come and go.
    private static Run answer(
            Path model, Precision precision, boolean lookup, List<GenerationRequest> requests) {
        var steps = new ArrayList<StepReport>();
        var options =
                DecoderOptions.STANDARD
                        .withPrecision(precision)
                        .withLookup(lookup)
                        .withSteps(1, steps::add);
        var heard = new ArrayList<Heard>();
        try (var decoder = Engine.loadDecoder(model, options)) {
            for (var request : requests) {
                var one = new Heard();
                heard.add(one);
                decoder.submit(request, one);
            }
            heard.forEach(Heard::result);
        }
        return new Run(heard, steps);
    }

    private static Run answersTheSame(
            Path model, Precision precision, List<GenerationRequest> requests) {
        var with = answer(model, precision, true, requests);
        var without = answer(model, precision, false, requests);
        assertThat(without.accepted()).isZero();
        for (int i = 0; i < requests.size(); i++) {
            var one = with.heard().get(i);
            var other = without.heard().get(i);
            assertThat(one.ids()).describedAs("answer %d", i).isEqualTo(other.ids());
            assertThat(one.scores()).isEqualTo(other.scores());
            assertThat(one.text()).isEqualTo(other.text());
            assertThat(one.reason()).isEqualTo(other.reason());
            assertThat(one.result().usage().decodeTokens())
                    .isEqualTo(other.result().usage().decodeTokens());
        }
        return with;
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"BF16", "INT8", "INT4"})
    void aTinyModelThatRepeatsItself(Precision precision) {
        TinyModel.of(Family.MISTRAL).numbers(Numbers.BF16).writeTo(dir);
        var random = new Random(8);
        // Of few tokens, so that what was said before is often said again, though not always.
        var few = Map.of(17, 8.0, 23, 8.0, 40, 8.0);
        var requests = new ArrayList<GenerationRequest>();
        for (int i = 0; i < 12; i++) {
            var some = random.longs(5 + random.nextInt(20), 3, 700).boxed().toList();
            var prompt = new ArrayList<>(some);
            prompt.addAll(some);
            prompt.addAll(some.subList(0, 3));
            var sampling =
                    switch (i % 4) {
                        case 0 -> Sampling.GREEDY;
                        case 1 -> Sampling.GREEDY.withLogitBias(few);
                        case 2 -> new Sampling(0.8, 0.9, (long) i).withLogitBias(few);
                        default ->
                                new Sampling(0.3, 1, (long) i)
                                        .withMinP(0.05)
                                        .withPenalties(new Penalties(1.1, 0.02, 0.01))
                                        .withLogitBias(few);
                    };
            var wanted = i % 3 == 0 ? Logprobs.NONE : new Logprobs(2, i % 3 - 2);
            requests.add(
                    new GenerationRequest(prompt, 40 + 5 * i, sampling, List.of())
                            .withEnding(new Ending(List.of(), true))
                            .withLogprobs(wanted)
                            .withTurn(new Turn(i % 2, "", 1, i % 5 == 0 ? null : "salt")));
        }
        var run = answersTheSame(dir, precision, requests);
        assertThat(run.accepted()).isGreaterThan(50);
    }

    @Test
    void theGuideGreedyAndWithChance() {
        var requests = new ArrayList<GenerationRequest>();
        try (var decoder = Engine.loadDecoder(GUIDE)) {
            for (int i = 0; i < QUESTIONS.size(); i++) {
                for (var sampling : List.of(Sampling.GREEDY, new Sampling(0.8, 0.95, 40L + i))) {
                    requests.add(
                            ask(decoder, QUESTIONS.get(i), sampling)
                                    .withLogprobs(new Logprobs(i % 3 - 1, -1)));
                }
                requests.add(
                        ask(decoder, QUESTIONS.get(i), Sampling.GREEDY)
                                .withEnding(new Ending(List.of("lodi", ". "), false)));
                requests.add(
                        ask(decoder, QUESTIONS.get(i), new Sampling(0.5, 1, 3L + i))
                                .withFormat(FORM));
            }
        }
        var run = answersTheSame(GUIDE, Precision.AUTO, requests);
        assertThat(run.accepted()).isPositive();
    }

    @Test
    void aListInAPrescribedFormTakesFewerStepsThanTokens() {
        GenerationRequest request;
        try (var decoder = Engine.loadDecoder(GUIDE)) {
            request = ask(decoder, QUESTIONS.getFirst(), Sampling.GREEDY).withFormat(FORM);
        }
        var run = answersTheSame(GUIDE, Precision.AUTO, List.of(request));
        int tokens = run.heard().getFirst().ids().size();
        assertThat(run.steps().size()).isLessThan(tokens * 4 / 5);
    }

    private static GenerationRequest ask(Decoder decoder, String question, Sampling sampling) {
        var prompt = decoder.encodeChat(List.of(new ChatMessage("user", question)));
        return new GenerationRequest(
                LongStream.of(prompt).boxed().toList(), 150, sampling, List.of());
    }

    @Test
    void anAnswerThatQuotesItsPromptTakesFarFewerStepsThanTokens() {
        var question = QUESTIONS.get(1);
        var first = new ArrayList<GenerationRequest>();
        GenerationRequest again;
        try (var decoder = Engine.loadDecoder(GUIDE)) {
            first.add(ask(decoder, question, Sampling.GREEDY));
            var heard = new Heard();
            decoder.submit(first.getFirst(), heard);
            var turns =
                    List.of(
                            new ChatMessage("user", question),
                            new ChatMessage("assistant", heard.text()),
                            new ChatMessage("user", question));
            var prompt = Arrays.stream(decoder.encodeChat(turns)).boxed().toList();
            again = new GenerationRequest(prompt, 150, Sampling.GREEDY, List.of());
        }
        var run = answersTheSame(GUIDE, Precision.AUTO, List.of(again));
        int tokens = run.heard().getFirst().ids().size();
        assertThat(run.steps().size()).isLessThan(tokens / 3);
    }
}
