package org.allodium.engine.internal.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.allodium.engine.Engine;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.Golden;
import org.allodium.engine.RecordedAnswer;
import org.allodium.engine.Sampling;
import org.allodium.engine.internal.sampling.Sampler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenDecodersTest {

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama3-rope", "qwen2"})
    void logitsMatchTheReferenceWholeAndInChunks(String model) {
        try (var decoder = (PagedDecoder) Engine.loadDecoder(Golden.dir(model))) {
            for (var reference : Golden.cases(model)) {
                for (int chunk : new int[] {Integer.MAX_VALUE, 7, 1}) {
                    var rows = decoder.logits(reference.prompt(), chunk);
                    // Of a long prompt the reference keeps the last row only.
                    int kept = reference.logits().length;
                    var last = Arrays.copyOfRange(rows, rows.length - kept, rows.length);
                    assertThat(largestDifference(last, reference.logits()))
                            .describedAs(
                                    "%s, prompt of %d, chunks of %d", model, rows.length, chunk)
                            .isLessThanOrEqualTo(1e-3f);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama3-rope", "qwen2"})
    void greedyContinuationsEqualTheReference(String model) {
        try (var decoder = (PagedDecoder) Engine.loadDecoder(Golden.dir(model))) {
            for (var reference : Golden.cases(model)) {
                assertThat(greedy(decoder, reference.prompt(), reference.greedy().length))
                        .containsExactly(reference.greedy());
                assertThat(generated(decoder, reference)).isEqualTo(expected(decoder, reference));
            }
        }
    }

    /// By the step itself, because an end-of-sequence token does not end the reference.
    private static long[] greedy(PagedDecoder decoder, long[] prompt, int tokens) {
        var all = Arrays.copyOf(prompt, prompt.length + tokens);
        for (int n = prompt.length; n < all.length; n++) {
            var rows = decoder.logits(Arrays.copyOf(all, n));
            all[n] = Sampler.likeliest(rows[n - 1]);
        }
        return Arrays.copyOfRange(all, prompt.length, all.length);
    }

    private static String generated(PagedDecoder decoder, Golden.Case reference) {
        var answer = new RecordedAnswer();
        var prompt = Arrays.stream(reference.prompt()).boxed().toList();
        decoder.submit(
                new GenerationRequest(
                        prompt, reference.greedy().length, Sampling.GREEDY, List.of()),
                answer);
        var result = answer.result();
        return answer.text() + result.reason() + result.completionTokens();
    }

    private static String expected(PagedDecoder decoder, Golden.Case reference) {
        long end = 2;
        var shown = new ArrayList<Long>();
        for (long id : reference.greedy()) {
            if (id == end) {
                break;
            }
            shown.add(id);
        }
        boolean whole = shown.size() == reference.greedy().length;
        var ids = shown.stream().mapToLong(Long::longValue).filter(id -> id > 4).toArray();
        return decoder.decode(ids)
                + (whole ? FinishReason.LENGTH : FinishReason.STOP)
                + (whole ? shown.size() : shown.size() + 1);
    }

    private static float largestDifference(float[][] ours, float[][] reference) {
        float largest = 0;
        for (int row = 0; row < reference.length; row++) {
            assertThat(ours[row]).hasSameSizeAs(reference[row]);
            for (int i = 0; i < reference[row].length; i++) {
                float difference = Math.abs(ours[row][i] - reference[row][i]);
                assertThat(difference).isNotNaN();
                largest = Math.max(largest, difference);
            }
        }
        return largest;
    }
}
