package org.allodium.engine.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.allodium.engine.Decoder;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Batching;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.Engine;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.engine.Golden;
import org.allodium.engine.Sampling;
import org.allodium.engine.TokenScore;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.kernel.TorchKernel;
import org.allodium.engine.internal.scheduler.BatchingWorld.Heard;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The reference's continuations, whatever is computed beside them.
class BatchedGoldensTest {
    private static final DecoderOptions EXACT =
            DecoderOptions.STANDARD.withPrecision(Precision.FP32);

    private static DecoderOptions chunks(int chunk) {
        return EXACT.withBatching(new Batching(64, chunk, Duration.ofMillis(200), true));
    }

    private static GenerationRequest ask(Golden.Case reference, Turn turn) {
        var prompt = Arrays.stream(reference.prompt()).boxed().toList();
        return new GenerationRequest(prompt, reference.greedy().length, Sampling.GREEDY, List.of())
                .withEnding(new Ending(List.of(), true))
                .withTurn(turn);
    }

    private static List<Heard> askAll(Decoder decoder, String model, int times, Turn turn) {
        var heard = new ArrayList<Heard>();
        for (int i = 0; i < times; i++) {
            for (var reference : Golden.cases(model)) {
                var one = new Heard();
                decoder.submit(ask(reference, turn), one);
                heard.add(one);
            }
        }
        return heard;
    }

    private static void allEqualTheReference(List<Heard> heard, String model) {
        var cases = Golden.cases(model);
        for (int i = 0; i < heard.size(); i++) {
            var expected = Arrays.stream(cases.get(i % cases.size()).greedy()).boxed().toList();
            assertThat(heard.get(i).ids()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama3-rope", "qwen2"})
    void batchedIsAloneAndChunkedIsWhole(String model) {
        for (int chunk : new int[] {5, 64, 512}) {
            try (var decoder = Engine.loadDecoder(Golden.dir(model), chunks(chunk))) {
                allEqualTheReference(askAll(decoder, model, 3, Turn.ANY), model);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama3-rope", "qwen2"})
    void aKnownBeginningChangesNothing(String model) {
        try (var decoder = Engine.loadDecoder(Golden.dir(model), chunks(64))) {
            var turn = new Turn(0, "", 1, "salt");
            allEqualTheReference(askAll(decoder, model, 1, turn), model);
            var again = askAll(decoder, model, 2, turn);
            allEqualTheReference(again, model);
            for (var heard : again) {
                var result = heard.result();
                int whole = (result.promptTokens() - 1) / TorchKernel.PAGE_TOKENS;
                assertThat(result.cachedTokens()).isEqualTo(whole * TorchKernel.PAGE_TOKENS);
            }
            assertThat(again).anyMatch(h -> h.result().cachedTokens() > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama3-rope", "qwen2"})
    void whoWasPreemptedGoesOnAsTheReference(String model) {
        int longest =
                Golden.cases(model).stream()
                        .mapToInt(c -> c.prompt().length + c.greedy().length)
                        .max()
                        .orElseThrow();
        int pages = Math.ceilDiv(longest, TorchKernel.PAGE_TOKENS) + 2;
        var options = chunks(64).withCacheBytes(pages * pageBytes(model));
        try (var decoder = Engine.loadDecoder(Golden.dir(model), options)) {
            var heard = askAll(decoder, model, 4, Turn.ANY);
            allEqualTheReference(heard, model);
            int prompts = heard.stream().mapToInt(h -> h.result().promptTokens()).sum();
            int prefilled = heard.stream().mapToInt(h -> h.result().usage().prefillTokens()).sum();
            assertThat(prefilled).describedAs("Some was computed again").isGreaterThan(prompts);
        }
    }

    private static long pageBytes(String model) {
        var config = Golden.json(Golden.dir(model).resolve("config.json"));
        int heads = config.path("num_attention_heads").asInt();
        int width = config.path("head_dim").asInt(config.path("hidden_size").asInt() / heads);
        return 2L
                * config.path("num_hidden_layers").asInt()
                * config.path("num_key_value_heads").asInt()
                * width
                * TorchKernel.PAGE_TOKENS
                * Float.BYTES;
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "qwen2"})
    void probabilitiesAreThoseOfTheReferenceLogits(String model) {
        try (var decoder = Engine.loadDecoder(Golden.dir(model), chunks(7))) {
            for (var reference : Golden.cases(model)) {
                var heard = new Heard();
                var request =
                        ask(reference, Turn.ANY).withLogprobs(new Logprobs(4, 2)).withMaxTokens(3);
                decoder.submit(request, heard);
                var prompt = heard.promptScores();
                assertThat(prompt).hasSize(reference.prompt().length);
                // Of a long prompt the reference keeps the last row only.
                int kept = reference.logits().length;
                int skipped = prompt.size() - kept;
                for (int i = Math.max(1, skipped + 1); i < prompt.size(); i++) {
                    var expected = logProbabilities(reference.logits()[i - 1 - skipped]);
                    matches(prompt.get(i), expected, 2);
                }
                var first = heard.scores().getFirst();
                assertThat(first.id()).isEqualTo(first.top().getFirst().id());
                matches(first, logProbabilities(reference.logits()[kept - 1]), 4);
            }
        }
    }

    private static void matches(TokenScore score, double[] expected, int top) {
        assertThat(score.logprob()).isCloseTo(expected[(int) score.id()], within(2e-3));
        assertThat(score.top()).hasSize(top);
        for (var candidate : score.top()) {
            assertThat(candidate.logprob()).isCloseTo(expected[(int) candidate.id()], within(2e-3));
        }
    }

    private static double[] logProbabilities(float[] logits) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        var all = new double[logits.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = logits[i] - Math.log(sum);
        }
        return all;
    }
}
