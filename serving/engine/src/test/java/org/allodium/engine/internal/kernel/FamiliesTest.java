package org.allodium.engine.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.internal.kernel.StepKernel.Segment;
import org.allodium.engine.internal.kernel.StepKernel.Wanted;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.reference.Family;
import org.allodium.engine.reference.SlowDecoder;
import org.allodium.engine.reference.TinyModel;
import org.allodium.engine.reference.TinyModel.Numbers;
import org.allodium.engine.reference.TinyModel.Style;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// Every decoder family against the slow computation from the papers' formulas.
class FamiliesTest {
    private static final String ENCODERS = "BERT.*|ROBERTA.*|XLM.*";
    private static final int TOKENS = 45;

    @TempDir Path dir;

    @ParameterizedTest
    @EnumSource(value = Family.class, names = ENCODERS, mode = Mode.MATCH_NONE)
    void matchesTheFormulas(Family family) {
        TinyModel.of(family).writeTo(dir);
        matches();
    }

    @ParameterizedTest
    @EnumSource(value = Family.class, names = ENCODERS, mode = Mode.MATCH_NONE)
    void matchesTheFormulasFromShardsOfShortNumbers(Family family) {
        TinyModel.of(family)
                .style(Style.TRANSFORMERS_5)
                .numbers(Numbers.BF16)
                .shards(3)
                .config(c -> c.put("tie_word_embeddings", true))
                .writeTo(dir);
        matches();
    }

    @ParameterizedTest
    @EnumSource(
            value = Family.class,
            names = {"LLAMA", "GRANITE", "SMOLLM3"})
    void matchesTheFormulasWithEveryBias(Family family) {
        TinyModel.of(family)
                .config(c -> c.put("attention_bias", true).put("mlp_bias", true))
                .writeTo(dir);
        matches();
    }

    /// Whole, and in chunks beside another sequence that is at another place.
    private void matches() {
        var ids = new Random(3).longs(TOKENS, 3, 700).toArray();
        var expected = SlowDecoder.logits(dir, ids);
        with(
                kernel -> {
                    var pages = new int[] {6, 7, 2, 9};
                    var all = new Segment(pages, 0, ids, Wanted.ALL_LOGITS);
                    check(kernel.step(List.of(all)).getFirst().logits(), expected);
                    check(chunked(kernel, ids, new int[] {4, 3, 8, 0}, pages), expected);
                });
    }

    private static float[][] chunked(StepKernel kernel, long[] ids, int[] own, int[] other) {
        var rows = new ArrayList<float[]>();
        int chunk = 11;
        for (int from = 0; from < ids.length; from += chunk) {
            // The last ones come token by token.
            chunk = from > 40 ? 1 : chunk;
            var part = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + chunk));
            var step =
                    kernel.step(
                            List.of(
                                    new Segment(own, from, part, Wanted.ALL_LOGITS),
                                    new Segment(other, 45, new long[] {5}, Wanted.LIKELIEST)));
            rows.addAll(Arrays.asList(step.getFirst().logits()));
        }
        return rows.toArray(float[][]::new);
    }

    private static void check(float[][] ours, float[][] expected) {
        assertThat(ours).hasNumberOfRows(expected.length);
        var distances =
                IntStream.range(0, ours.length)
                        .mapToDouble(
                                row ->
                                        IntStream.range(0, ours[row].length)
                                                .mapToDouble(
                                                        i ->
                                                                Math.abs(
                                                                        ours[row][i]
                                                                                - expected[row][i]))
                                                .max()
                                                .orElseThrow());
        assertThat(distances.max().orElseThrow()).isLessThanOrEqualTo(1e-3);
    }

    private void with(Consumer<StepKernel> check) {
        var folder = ModelFolder.read(dir);
        var options = DecoderOptions.STANDARD.withPrecision(Precision.FP32).withCacheBytes(1 << 20);
        try (var compute = Compute.share()) {
            var kernel =
                    Kernels.load(folder, (DecoderSpec) folder.spec(), compute, options).kernel();
            try {
                compute.run(() -> check.accept(kernel));
            } finally {
                compute.run(kernel::close);
            }
        }
    }
}
