package org.allodium.engine.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.kernel.StepKernel.Segment;
import org.allodium.engine.internal.kernel.StepKernel.Wanted;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.sampling.Sampler;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.ComputeDevice;
import org.allodium.engine.reference.Family;
import org.allodium.engine.reference.SlowDecoder;
import org.allodium.engine.reference.TinyModel;
import org.allodium.engine.reference.TinyModel.Numbers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// The own machine code, where this machine can have it.
class CpuKernelTest {
    private static final String ENCODERS = "BERT.*|ROBERTA.*|XLM.*";
    private static final int TOKENS = 150;

    @TempDir Path dir;

    @BeforeEach
    void needsTheLibrary() {
        try (var compute = Compute.share()) {
            assumeThat(compute.call(this::library)).isPresent();
        }
    }

    Optional<CpuLibrary> library() {
        return CpuLibrary.find();
    }

    private boolean usesTiles() {
        try (var compute = Compute.share()) {
            return compute.call(this::library).orElseThrow().usesTiles();
        }
    }

    // Weights are exact; keys and values are rounded to bf16 in the cache, activations by tiles.
    @ParameterizedTest
    @EnumSource(value = Family.class, names = ENCODERS, mode = Mode.MATCH_NONE)
    void matchesTheFormulasInBf16(Family family) {
        TinyModel.of(family).numbers(Numbers.BF16).writeTo(dir);
        assertThat(error(Precision.BF16)).isLessThan(usesTiles() ? 0.04 : 0.02);
    }

    // Random weights suffer from rounding far more than trained ones; this tells right from wrong.
    @ParameterizedTest
    @EnumSource(value = Family.class, names = ENCODERS, mode = Mode.MATCH_NONE)
    void staysNearInInt8(Family family) {
        TinyModel.of(family).writeTo(dir);
        assertThat(error(Precision.INT8)).isBetween(1e-6, 0.1);
    }

    @ParameterizedTest
    @EnumSource(value = Family.class, names = ENCODERS, mode = Mode.MATCH_NONE)
    void staysNearInInt4(Family family) {
        TinyModel.of(family).writeTo(dir);
        assertThat(error(Precision.INT4)).isBetween(1e-6, 0.6);
    }

    @ParameterizedTest
    @EnumSource(
            value = Family.class,
            names = {"LLAMA", "GRANITE", "SMOLLM3"})
    void addsEveryBias(Family family) {
        TinyModel.of(family)
                .numbers(Numbers.F16)
                .config(c -> c.put("attention_bias", true).put("mlp_bias", true))
                .writeTo(dir);
        assertThat(error(Precision.BF16)).isLessThan(usesTiles() ? 0.04 : 0.03);
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"BF16", "INT8", "INT4"})
    void aRowIsTheSameWhateverIsBesideIt(Precision precision) {
        TinyModel.of(Family.MISTRAL).writeTo(dir);
        var ids = new Random(4).longs(TOKENS, 3, 700).toArray();
        with(
                precision,
                kernel -> {
                    var own = new int[] {9, 3, 5, 6, 7, 1, 0, 11, 12, 13};
                    var all = new Segment(own, 0, ids, Wanted.ALL_LOGITS);
                    var whole = kernel.step(List.of(all)).getFirst().logits();
                    var rows = new ArrayList<float[]>();
                    int chunk = 61;
                    for (int from = 0; from < ids.length; from += chunk) {
                        chunk = from > 120 ? 1 : chunk;
                        var part = Arrays.copyOfRange(ids, from, Math.min(TOKENS, from + chunk));
                        var other = new Segment(new int[] {20, 21}, 17, ids, Wanted.NOTHING);
                        other = new Segment(other.pages(), 17, new long[] {5, 6}, Wanted.NOTHING);
                        var mine = new Segment(own, from, part, Wanted.ALL_LOGITS);
                        rows.addAll(
                                Arrays.asList(kernel.step(List.of(other, mine)).get(1).logits()));
                    }
                    for (int i = 0; i < whole.length; i++) {
                        assertThat(rows.get(i)).containsExactly(whole[i]);
                    }
                });
    }

    @Test
    void addsUpMoreInputsThanStayInACache() {
        TinyModel.of(Family.LLAMA).config(c -> c.put("intermediate_size", 1100)).writeTo(dir);
        assertThat(error(Precision.INT8)).isBetween(1e-6, 0.1);
        assertThat(error(Precision.BF16)).isLessThan(0.02);
    }

    @Test
    void eachThreadHasACoreOfItsOwnAndTheCallerAllAgain() {
        int cores = Runtime.getRuntime().availableProcessors();
        assumeThat(cores).isGreaterThan(1);
        assumeThat(System.getenv("OMP_NUM_THREADS")).isNull();
        TinyModel.of(Family.LLAMA).writeTo(dir);
        with(
                Precision.INT8,
                kernel -> {
                    var before = cores(Path.of("/proc/thread-self"));
                    var ids = new long[] {5, 6, 7};
                    kernel.step(List.of(new Segment(new int[] {0}, 0, ids, Wanted.NOTHING)));
                    assertThat(cores(Path.of("/proc/thread-self"))).isEqualTo(before);
                    assertThat(coresOfOne()).hasSizeGreaterThanOrEqualTo(cores - 1);
                });
    }

    @Test
    void computesTheSameOnOneCoreOnly() {
        TinyModel.of(Family.QWEN3).writeTo(dir);
        var core = cores(Path.of("/proc/thread-self")).split("[-,]")[0];
        assertThat(lastLogits(ComputeDevice.of("cpu:" + core)))
                .containsExactly(lastLogits(ComputeDevice.CPU));
    }

    private float[] lastLogits(ComputeDevice place) {
        var folder = ModelFolder.read(dir);
        try (var compute = Compute.share(place)) {
            var library = compute.call(this::library).orElseThrow();
            var spec = (DecoderSpec) folder.spec();
            var options = DecoderOptions.STANDARD;
            var kernel = Kernels.loadOwn(library, folder, spec, compute, options, Precision.INT8);
            try {
                var ids = new Random(5).longs(40, 3, 700).toArray();
                var prompt = new Segment(new int[] {2, 0, 1}, 0, ids, Wanted.ALL_LOGITS);
                return compute.call(() -> kernel.step(List.of(prompt)).getFirst().logits()[39]);
            } finally {
                compute.run(kernel::close);
            }
        }
    }

    /// The cores that belong to one thread, or to several, but none of them has another one.
    private static Set<String> coresOfOne() {
        try (var threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.map(CpuKernelTest::cores)
                    .filter(list -> list.matches("\\d+"))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the system lets a thread run on; nothing if it has just ended.
    private static String cores(Path thread) {
        try {
            return Files.readAllLines(thread.resolve("status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            return "";
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"BF16", "INT8", "INT4"})
    void aRefusedGuessLeavesNothingBehind(Precision precision) {
        TinyModel.of(Family.MISTRAL).writeTo(dir);
        var random = new Random(6);
        var ids = random.longs(TOKENS, 3, 700).toArray();
        with(
                precision,
                kernel -> {
                    var own = new int[] {9, 3, 5, 6, 7, 1, 0, 11, 12, 13, 14};
                    var all = new Segment(own, 0, ids, Wanted.ALL_LOGITS);
                    var whole = kernel.step(List.of(all)).getFirst().logits();
                    for (int at = 1; at < TOKENS; ) {
                        int right = Math.min(random.nextInt(4), TOKENS - 1 - at);
                        int wrong = random.nextInt(8);
                        var guessed = Arrays.copyOfRange(ids, at, at + 1 + right + wrong);
                        for (int i = 0; i < wrong; i++) {
                            guessed[1 + right + i] = random.nextLong(3, 700);
                        }
                        var wanted = at % 2 == 0 ? Wanted.ALL_LOGITS : Wanted.ALL_LIKELIEST;
                        var other = new Segment(new int[] {20}, 3, guessed, wanted);
                        var mine = new Segment(own, at, guessed, wanted);
                        var row = kernel.step(List.of(other, mine)).get(1);
                        for (int i = 0; i <= right; i++) {
                            check(row.at(i), whole[at + i]);
                        }
                        at += 1 + right;
                    }
                });
    }

    private static void check(StepKernel.Row row, float[] expected) {
        if (row.likeliest().length > 0) {
            assertThat(row.likeliest()).containsExactly(Sampler.likeliest(expected));
        } else {
            assertThat(row.logits()[0]).containsExactly(expected);
        }
    }

    /// The root of the mean squared distance to the formulas' logits, as a share of their spread.
    private double error(Precision precision) {
        var ids = new Random(3).longs(TOKENS, 3, 700).toArray();
        var expected = SlowDecoder.logits(dir, ids);
        var error = new double[1];
        with(
                precision,
                kernel -> {
                    var pages = new int[] {6, 7, 2, 9, 3, 15, 14, 13, 12, 30};
                    var all = new Segment(pages, 0, ids, Wanted.ALL_LOGITS);
                    var ours = kernel.step(List.of(all)).getFirst().logits();
                    double distance = 0;
                    double spread = 0;
                    for (int row = 0; row < ours.length; row++) {
                        for (int i = 0; i < ours[row].length; i++) {
                            distance += Math.pow(ours[row][i] - expected[row][i], 2);
                            spread += Math.pow(expected[row][i], 2);
                        }
                    }
                    error[0] = Math.sqrt(distance / spread);
                });
        return error[0];
    }

    private void with(Precision precision, Consumer<StepKernel> check) {
        with(this::library, precision, check);
    }

    void with(
            Supplier<Optional<CpuLibrary>> libraries,
            Precision precision,
            Consumer<StepKernel> check) {
        var folder = ModelFolder.read(dir);
        var options = DecoderOptions.STANDARD.withPrecision(precision).withCacheBytes(1 << 20);
        try (var compute = Compute.share()) {
            var library = compute.call(libraries).orElseThrow();
            var spec = (DecoderSpec) folder.spec();
            var kernel = Kernels.loadOwn(library, folder, spec, compute, options, precision);
            try {
                compute.run(() -> check.accept(kernel));
            } finally {
                compute.run(kernel::close);
            }
        }
    }
}
