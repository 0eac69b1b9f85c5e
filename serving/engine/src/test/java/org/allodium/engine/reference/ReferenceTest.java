package org.allodium.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.allodium.engine.Golden;
import org.allodium.engine.internal.model.Safetensors;
import org.allodium.engine.reference.TinyModel.Numbers;
import org.allodium.engine.reference.TinyModel.Style;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The slow computations themselves, against the reference models that come from elsewhere.
class ReferenceTest {
    @TempDir Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama3-rope", "qwen2"})
    void decodersMatchTheGoldenLogits(String model) {
        for (var golden : Golden.cases(model)) {
            var rows = SlowDecoder.logits(Golden.dir(model), golden.prompt());
            int before = rows.length - golden.logits().length;
            for (int t = before; t < rows.length; t++) {
                assertThat(rows[t]).containsExactly(golden.logits()[t - before], within(1e-3f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama3-rope", "qwen2"})
    void continuationsEqualTheGoldenOnes(String model) {
        var golden = Golden.cases(model).getFirst();
        assertThat(SlowDecoder.greedy(Golden.dir(model), golden.prompt(), 8))
                .containsExactly(Arrays.copyOf(golden.greedy(), 8));
    }

    @Test
    void encodersMatchTheGoldenVectors() {
        var golden =
                Safetensors.ofFile(Golden.dir("bert-embed").resolve("golden_embed.safetensors"));
        var ids = Golden.longs(golden, "ids");
        var mask = Golden.longs(golden, "mask");
        var expected = Golden.rows(golden, "embedding");
        int width = ids.remaining() / expected.length;
        for (int row = 0; row < expected.length; row++) {
            int length = 0;
            while (length < width && mask.get(row * width + length) == 1) {
                length++;
            }
            var input = new long[length];
            ids.get(row * width, input);
            var ours = SlowEncoder.meanPooled(Golden.dir("bert-embed"), input);
            for (int i = 0; i < ours.length; i++) {
                assertThat(ours[i]).isCloseTo(expected[row][i], within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void everyFamilyIsWrittenAndComputed(Family family) {
        TinyModel.of(family).seed(3).writeTo(dir.resolve("plain"));
        TinyModel.of(family)
                .seed(3)
                .style(Style.TRANSFORMERS_5)
                .shards(3)
                .writeTo(dir.resolve("new"));
        TinyModel.of(family).seed(3).numbers(Numbers.BF16).writeTo(dir.resolve("bf16"));
        var ids = new Random(5).longs(40, 0, 768).toArray();
        var plain = last(family, dir.resolve("plain"), ids);
        assertThat(last(family, dir.resolve("new"), ids)).containsExactly(plain);
        var rounded = last(family, dir.resolve("bf16"), ids);
        double strength = Math.sqrt(Formulas.dot(plain, plain) / plain.length);
        double loss =
                Math.sqrt(
                        Formulas.dot(minus(plain, rounded), minus(plain, rounded)) / plain.length);
        assertThat(strength).isGreaterThan(0.05);
        assertThat(loss / strength).isGreaterThan(0).isLessThan(0.1);
    }

    @ParameterizedTest
    @EnumSource(names = {"MISTRAL", "PHI3"})
    void aWindowHidesWhatLiesBeforeIt(Family family) {
        // Two layers look back twice the window at most.
        TinyModel.of(family).config(c -> c.put("sliding_window", 5)).writeTo(dir);
        var ids = new Random(9).longs(12, 0, 768).toArray();
        var changed = ids.clone();
        changed[2] = (changed[2] + 1) % 768;
        var before = SlowDecoder.logits(dir, ids);
        var after = SlowDecoder.logits(dir, changed);
        assertThat(after[10]).isNotEqualTo(before[10]);
        assertThat(after[11]).isEqualTo(before[11]);
    }

    @Test
    void theErrorFunctionHasItsTabledValues() {
        assertThat(Formulas.erf(0.5)).isCloseTo(0.5204998778130465, within(1e-14));
        assertThat(Formulas.erf(-2)).isCloseTo(-0.9953222650189527, within(1e-13));
        assertThat(Formulas.erf(3.5)).isCloseTo(0.9999992569016276, within(1e-14));
    }

    private static double[] last(Family family, Path dir, long[] ids) {
        if (!family.isDecoder()) {
            return family.isRanker()
                    ? new double[] {SlowEncoder.score(dir, ids, new int[ids.length])}
                    : SlowEncoder.hidden(dir, ids)[0];
        }
        var row = SlowDecoder.logits(dir, ids)[ids.length - 1];
        var doubles = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            doubles[i] = row[i];
        }
        return doubles;
    }

    private static double[] minus(double[] a, double[] b) {
        return Formulas.plus(a, b, -1);
    }
}
