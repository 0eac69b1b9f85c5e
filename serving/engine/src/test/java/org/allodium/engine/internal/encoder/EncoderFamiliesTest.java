package org.allodium.engine.internal.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.Encoder;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.Engine;
import org.allodium.engine.ModelDescription.Kind;
import org.allodium.engine.ModelDirectories;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.TokenPair;
import org.allodium.engine.reference.Family;
import org.allodium.engine.reference.SlowEncoder;
import org.allodium.engine.reference.TinyModel;
import org.allodium.engine.reference.TinyModel.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// All encoder families against the slow reference, on random weights.
class EncoderFamiliesTest {
    private static final EncoderOptions FP32 =
            EncoderOptions.STANDARD.withPrecision(Precision.FP32);

    @TempDir Path dir;

    @ParameterizedTest
    @EnumSource(names = {"BERT", "ROBERTA", "XLM_ROBERTA"})
    void vectorsMatchTheReference(Family family) {
        TinyModel.of(family).numbers(Numbers.BF16).shards(2).writeTo(dir);
        var inputs = inputs(11, 1, 2, 7, 7, 7, 23, 23, 128);
        try (var encoder = Engine.loadEncoder(dir, FP32)) {
            var vectors = encoder.embed(inputs);
            for (int i = 0; i < vectors.size(); i++) {
                assertClose(vectors.get(i), SlowEncoder.meanPooled(dir, inputs.get(i)), 1e-5);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BERT", "XLM_ROBERTA"})
    void theFirstTokenIsTakenWhereTheFilesSaySo(Family family) {
        TinyModel.of(family).writeTo(dir);
        SentenceModel.in(dir).pooling("pooling_mode_cls_token").modules(true);
        var inputs = inputs(12, 3, 9, 9, 40);
        try (var encoder = Engine.loadEncoder(dir, FP32)) {
            var vectors = encoder.embed(inputs);
            for (int i = 0; i < vectors.size(); i++) {
                assertClose(vectors.get(i), SlowEncoder.firstPooled(dir, inputs.get(i)), 1e-5);
            }
        }
    }

    @Test
    void withoutANormalisingModuleVectorsKeepTheirLength() {
        TinyModel.of(Family.BERT).writeTo(dir);
        SentenceModel.in(dir).pooling("pooling_mode_cls_token").modules(false);
        var input = inputs(13, 9).getFirst();
        try (var encoder = Engine.loadEncoder(dir, FP32)) {
            assertClose(
                    encoder.embed(List.of(input)).getFirst(),
                    SlowEncoder.hidden(dir, input)[0],
                    1e-4);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BERT_RANKER, true",
        "BERT_RANKER, false",
        "ROBERTA_RANKER, true",
        "XLM_ROBERTA_RANKER, false"
    })
    void scoresMatchTheReference(Family family, boolean sigmoid) {
        var activation = "torch.nn.modules." + (sigmoid ? "activation.Sigmoid" : "linear.Identity");
        TinyModel.of(family)
                .config(c -> c.putObject("sentence_transformers").put("activation_fn", activation))
                .writeTo(dir);
        var pairs = new ArrayList<TokenPair>();
        for (var ids : inputs(14, 5, 5, 17, 60)) {
            var types = new long[ids.length];
            Arrays.fill(types, ids.length / 2, ids.length, family == Family.BERT_RANKER ? 1 : 0);
            pairs.add(new TokenPair(ids, types));
        }
        try (var ranker = Engine.loadRanker(dir, FP32)) {
            var scores = ranker.score(pairs);
            for (int i = 0; i < scores.length; i++) {
                var types = Arrays.stream(pairs.get(i).types()).mapToInt(t -> (int) t).toArray();
                double logit = SlowEncoder.score(dir, pairs.get(i).ids(), types);
                double expected = sigmoid ? 1 / (1 + Math.exp(-logit)) : logit;
                assertThat((double) scores[i]).isCloseTo(expected, within(1e-4));
                assertThat(ranker.score(List.of(pairs.get(i)))[0])
                        .isCloseTo(scores[i], within(1e-5f));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"BF16, 0.999", "INT8, 0.99"})
    void fewerBitsStayNear(Precision precision, double least) {
        TinyModel.of(Family.BERT).writeTo(dir);
        var inputs = inputs(15, 6, 6, 30, 31);
        try (var encoder =
                Engine.loadEncoder(dir, EncoderOptions.STANDARD.withPrecision(precision))) {
            assertThat(encoder.computing().precision()).isEqualTo(onThisMachine(precision));
            var vectors = encoder.embed(inputs);
            for (int i = 0; i < vectors.size(); i++) {
                var exact = SlowEncoder.meanPooled(dir, inputs.get(i));
                assertThat(cosine(vectors.get(i), exact)).isGreaterThan(least);
                // Neighbours in the batch leave no trace.
                assertThat(cosine(encoder.embed(List.of(inputs.get(i))).getFirst(), vectors.get(i)))
                        .isGreaterThan(0.9999);
            }
        }
    }

    private static Precision onThisMachine(Precision asked) {
        var machine = Engine.machine();
        boolean able = machine.ownCode() || machine.instructions().multipliesBfloat16();
        return asked == Precision.BF16 && !able ? Precision.FP32 : asked;
    }

    @Test
    void theEngineChoosesWhatItRunsIn() {
        TinyModel.of(Family.BERT).writeTo(dir);
        var heard = new ArrayList<Long>();
        long[] whole = new long[1];
        var options =
                EncoderOptions.STANDARD.withLoading(
                        (done, all) -> {
                            heard.add(done);
                            whole[0] = all;
                        });
        try (var encoder = Engine.loadEncoder(dir, options)) {
            assertThat(encoder.computing().precision()).isIn(Precision.FP32, Precision.BF16);
        }
        assertThat(heard).isSorted().startsWith(0L).endsWith(whole[0]);
        assertThatThrownBy(
                        () ->
                                Engine.loadEncoder(
                                        dir, EncoderOptions.STANDARD.withPrecision(Precision.INT4)))
                .isInstanceOf(ModelRefused.class)
                .hasMessageContaining("int4");
    }

    @Test
    void aPaddingTokenStandsAtItsOwnPlace() {
        TinyModel.of(Family.XLM_ROBERTA).writeTo(dir);
        try (var encoder = Engine.loadEncoder(dir, FP32)) {
            // Positions 2, 1, 3 for three tokens of which the second is padding: so the last
            // token's vector depends on its place among those that count.
            var with = encoder.embed(List.of(new long[] {5, 1, 9})).getFirst();
            var without = encoder.embed(List.of(new long[] {5, 8, 9})).getFirst();
            assertThat(cosine(with, without)).isLessThan(0.999);
            assertThat(encoder.description().contextLength()).isEqualTo(128);
        }
    }

    @Test
    void vectorsAreCutOnlyWhereTheFilesAllowIt() {
        TinyModel.of(Family.BERT).writeTo(dir);
        var inputs = inputs(16, 8);
        try (var encoder = Engine.loadEncoder(dir, FP32)) {
            assertThat(encoder.makes(64)).isTrue();
            assertThat(encoder.makes(32)).isFalse();
            assertThatThrownBy(() -> encoder.embed(inputs, 32))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("32");
        }
        TinyModel.of(Family.BERT)
                .config(c -> c.putArray("matryoshka_dimensions").add(16).add(32))
                .writeTo(dir);
        try (var encoder = Engine.loadEncoder(dir, FP32)) {
            assertThat(encoder.makes(16)).isTrue();
            assertThat(encoder.makes(17)).isFalse();
            assertCut(encoder, inputs, 32);
        }
        TinyModel.of(Family.BERT).config(c -> c.put("is_matryoshka", true)).writeTo(dir);
        try (var encoder = Engine.loadEncoder(dir, FP32)) {
            assertThat(encoder.makes(65)).isFalse();
            assertCut(encoder, inputs, 17);
        }
    }

    private static void assertCut(Encoder encoder, List<long[]> inputs, int dimensions) {
        var whole = encoder.embed(inputs).getFirst();
        var kept = new double[dimensions];
        for (int i = 0; i < dimensions; i++) {
            kept[i] = whole[i];
        }
        assertClose(encoder.embed(inputs, dimensions).getFirst(), SlowEncoder.unit(kept), 1e-6);
    }

    @Test
    void rankersAndEncodersAreNotMistaken() {
        TinyModel.of(Family.BERT_RANKER).writeTo(dir.resolve("ranker"));
        TinyModel.of(Family.BERT).writeTo(dir.resolve("encoder"));
        assertThat(ModelDirectories.inspect(dir.resolve("ranker")).kind()).isEqualTo(Kind.RANKER);
        assertThatThrownBy(() -> Engine.loadEncoder(dir.resolve("ranker")))
                .isInstanceOf(ModelRefused.class)
                .hasMessageContaining("ranks");
        assertThatThrownBy(() -> Engine.loadRanker(dir.resolve("encoder"), FP32))
                .isInstanceOf(ModelRefused.class)
                .hasMessageContaining("embeds");
    }

    private static List<long[]> inputs(long seed, int... lengths) {
        var random = new Random(seed);
        return Arrays.stream(lengths)
                .mapToObj(length -> random.longs(length, 3, 768).toArray())
                .toList();
    }

    private static void assertClose(float[] ours, double[] expected, double tolerance) {
        assertThat(ours).hasSize(expected.length);
        for (int i = 0; i < ours.length; i++) {
            assertThat((double) ours[i]).isCloseTo(expected[i], within(tolerance));
        }
    }

    private static double cosine(float[] a, double[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += a[i] * b[i];
            aa += a[i] * (double) a[i];
            bb += b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }

    private static double cosine(float[] a, float[] b) {
        var doubles = new double[b.length];
        for (int i = 0; i < b.length; i++) {
            doubles[i] = b[i];
        }
        return cosine(a, doubles);
    }
}
