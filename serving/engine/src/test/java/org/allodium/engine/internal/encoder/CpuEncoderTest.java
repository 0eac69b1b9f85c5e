package org.allodium.engine.internal.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.LoadProgress;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.reference.Family;
import org.allodium.engine.reference.SlowEncoder;
import org.allodium.engine.reference.TinyModel;
import org.allodium.engine.reference.TinyModel.Numbers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The own machine code, where this machine can have it.
class CpuEncoderTest {
    private static final int EXACT = 16;
    private static final int[] LENGTHS = {1, 2, 7, 7, 15, 16, 17, 33, 64, 128, 100};

    private final Compute compute = Compute.share();

    @TempDir Path dir;

    @BeforeEach
    void needsTheLibrary() {
        assumeThat(compute.call(this::library)).isPresent();
    }

    Optional<CpuLibrary> library() {
        return CpuLibrary.find();
    }

    @AfterEach
    void close() {
        compute.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"BERT", "XLM_ROBERTA"})
    void vectorsOfTokensMatchTheFormulas(Family family) {
        TinyModel.of(family).numbers(Numbers.BF16).writeTo(dir);
        var inputs = inputs(0);
        var hidden = with(EXACT, kernel -> kernel.hidden(inputs));
        for (int i = 0; i < inputs.size(); i++) {
            var expected = SlowEncoder.hidden(dir, inputs.get(i).ids());
            assertClose(
                    hidden.get(i), Stream.of(expected).flatMapToDouble(Arrays::stream).toArray());
        }
    }

    @Test
    void meansMatchTheFormulas() {
        // Neither a whole block of outputs nor a whole group of inputs.
        TinyModel.of(Family.BERT)
                .numbers(Numbers.BF16)
                .config(c -> c.put("intermediate_size", 80))
                .writeTo(dir);
        var inputs = inputs(0);
        var results = with(EXACT, kernel -> kernel.run(inputs));
        for (int i = 0; i < inputs.size(); i++) {
            assertClose(results.get(i), SlowEncoder.meanPooled(dir, inputs.get(i).ids()));
        }
    }

    @Test
    void theFirstTokenAloneIsComputedInTheLastLayer() {
        TinyModel.of(Family.BERT).numbers(Numbers.BF16).writeTo(dir);
        SentenceModel.in(dir).pooling("pooling_mode_cls_token").modules(false);
        var inputs = inputs(0);
        var results = with(EXACT, kernel -> kernel.run(inputs));
        for (int i = 0; i < inputs.size(); i++) {
            assertClose(results.get(i), SlowEncoder.hidden(dir, inputs.get(i).ids())[0]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BERT_RANKER", "XLM_ROBERTA_RANKER"})
    void scoresMatchTheFormulas(Family family) {
        TinyModel.of(family).numbers(Numbers.BF16).writeTo(dir);
        var inputs = inputs(family == Family.BERT_RANKER ? 1 : 0);
        var results = with(EXACT, kernel -> kernel.run(inputs));
        for (int i = 0; i < inputs.size(); i++) {
            var types = LongStream.of(inputs.get(i).types()).mapToInt(t -> (int) t).toArray();
            double logit = SlowEncoder.score(dir, inputs.get(i).ids(), types);
            assertClose(results.get(i), 1 / (1 + Math.exp(-logit)));
        }
    }

    @Test
    void int8StaysNearAndDoesNotDependOnTheBatch() {
        TinyModel.of(Family.BERT).writeTo(dir);
        var inputs = inputs(0);
        var results = with(8, kernel -> kernel.run(inputs));
        for (int i = 0; i < inputs.size(); i++) {
            var exact = SlowEncoder.meanPooled(dir, inputs.get(i).ids());
            double cosine = 0;
            for (int d = 0; d < exact.length; d++) {
                cosine += exact[d] * results.get(i)[d];
            }
            assertThat(cosine).isBetween(0.99, 1.0001);
            var alone = List.of(inputs.get(i));
            assertThat(with(8, kernel -> kernel.run(alone)).getFirst()).isEqualTo(results.get(i));
        }
    }

    <T> T with(int bits, Function<CpuEncoderKernel, T> work) {
        return with(this::library, bits, work);
    }

    <T> T with(
            Supplier<Optional<CpuLibrary>> libraries,
            int bits,
            Function<CpuEncoderKernel, T> work) {
        var folder = ModelFolder.read(dir);
        var spec = (EncoderSpec) folder.spec();
        var library = compute.call(libraries).orElseThrow();
        var loading = new LoadProgress(folder, spec, (done, all) -> {});
        var kernel = CpuEncoderKernel.load(library, folder, spec, compute, bits, loading);
        try {
            return compute.call(() -> work.apply(kernel));
        } finally {
            compute.run(kernel::close);
        }
    }

    static List<EncoderInput> inputs(long secondType) {
        var random = new Random(21);
        return IntStream.of(LENGTHS)
                .mapToObj(
                        length -> {
                            var types = new long[length];
                            Arrays.fill(types, length / 2, length, secondType);
                            return new EncoderInput(random.longs(length, 3, 768).toArray(), types);
                        })
                .toList();
    }

    private void assertClose(float[] ours, double... expected) {
        assertThat(ours).hasSize(expected.length);
        // Tiles round activations to bf16.
        double slack = compute.call(this::library).orElseThrow().usesTiles() ? 0.05 : 1e-4;
        for (int i = 0; i < ours.length; i++) {
            assertThat((double) ours[i]).isCloseTo(expected[i], within(slack));
        }
    }
}
