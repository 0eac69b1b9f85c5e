package org.allodium.engine.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.Golden;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.kernel.StepKernel.Segment;
import org.allodium.engine.internal.kernel.StepKernel.Wanted;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The golden models through the kernel itself, over pages in any order.
class TorchKernelTest {
    private static final int SEQUENCE_PAGES = 16;

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama3-rope", "qwen2"})
    void raggedBatchOverScatteredPagesContinuesAsTheReference(String model) {
        withKernel(model, TorchKernelTest::continueTogether);
    }

    private static void continueTogether(StepKernel kernel, List<Golden.Case> cases) {
        var tables = tables(kernel, cases.size());
        var got = new long[cases.size()][];
        var last = new long[cases.size()];
        for (int i = 0; i < got.length; i++) {
            got[i] = new long[cases.get(i).greedy().length];
            // A different chunk for each, so that segments of all kinds meet.
            last[i] = prefill(kernel, tables[i], cases.get(i).prompt(), 3 + 5 * i);
        }
        for (int s = 0; s < got[0].length; s++) {
            var segments = new ArrayList<Segment>();
            for (int i = 0; i < got.length; i++) {
                got[i][s] = last[i];
                int at = cases.get(i).prompt().length + s;
                segments.add(new Segment(tables[i], at, new long[] {last[i]}, Wanted.LIKELIEST));
            }
            var rows = kernel.step(segments);
            for (int i = 0; i < got.length; i++) {
                last[i] = rows.get(i).likeliest()[0];
            }
        }
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).describedAs("case %d", i).containsExactly(cases.get(i).greedy());
        }
    }

    private static long prefill(StepKernel kernel, int[] pages, long[] prompt, int chunk) {
        for (int from = 0; ; from += chunk) {
            int to = Math.min(prompt.length, from + chunk);
            var ids = Arrays.copyOfRange(prompt, from, to);
            boolean end = to == prompt.length;
            var wanted = end ? Wanted.LIKELIEST : Wanted.NOTHING;
            var row = kernel.step(List.of(new Segment(pages, from, ids, wanted))).getFirst();
            if (end) {
                return row.likeliest()[0];
            }
            assertThat(row.likeliest()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-tied", "llama3-rope", "qwen2"})
    void allPromptsInOneStepHaveTheReferenceLogits(String model) {
        withKernel(
                model,
                (kernel, cases) -> {
                    var tables = tables(kernel, cases.size());
                    var segments = new ArrayList<Segment>();
                    for (int i = 0; i < cases.size(); i++) {
                        var prompt = cases.get(i).prompt();
                        segments.add(new Segment(tables[i], 0, prompt, Wanted.ALL_LOGITS));
                    }
                    var rows = kernel.step(segments);
                    for (int i = 0; i < cases.size(); i++) {
                        var logits = rows.get(i).logits();
                        var reference = cases.get(i).logits();
                        assertThat(logits).hasNumberOfRows(cases.get(i).prompt().length);
                        var kept =
                                Arrays.copyOfRange(
                                        logits, logits.length - reference.length, logits.length);
                        assertThat(distance(kept, reference)).isLessThanOrEqualTo(1e-3f);
                    }
                });
    }

    // Random weights suffer from rounding far more than trained ones; this tells right from wrong.
    @ParameterizedTest
    @CsvSource({"BF16, 0.05", "INT8, 0.1", "INT4, 1.0"})
    void lesserPrecisionsStayNear(Precision precision, float tolerance) {
        for (var model : List.of("llama-tied", "qwen2")) {
            withKernel(
                    model,
                    precision,
                    (kernel, cases) -> {
                        var golden = cases.getFirst();
                        var all =
                                new Segment(
                                        tables(kernel, 1)[0],
                                        0,
                                        golden.prompt(),
                                        Wanted.ALL_LOGITS);
                        var logits = kernel.step(List.of(all)).getFirst().logits();
                        assertThat(distance(logits, golden.logits()))
                                .isBetween(1e-6f, tolerance * spread(golden.logits()));
                    });
        }
    }

    @Test
    void refusesDevicesThatAreNotThere() {
        var folder = ModelFolder.read(Golden.dir("qwen2"));
        var options = DecoderOptions.STANDARD.withPrecision(Precision.FP32);
        try (var compute = Compute.share()) {
            for (var device : List.of("gpu:99", "tpu", "gpu")) {
                assertThatThrownBy(
                                () ->
                                        Kernels.load(
                                                folder,
                                                (DecoderSpec) folder.spec(),
                                                compute,
                                                options.withDevice(device)))
                        .isInstanceOf(ModelRefused.class)
                        .hasMessageContaining("The device " + device + " is");
            }
        }
    }

    private static float spread(float[][] logits) {
        float largest = 0;
        for (var row : logits) {
            for (float logit : row) {
                largest = Math.max(largest, Math.abs(logit));
            }
        }
        return largest;
    }

    @Test
    void pagesMoveToAnotherCopyOfTheModel() {
        withKernel(
                "qwen2",
                (from, cases) -> {
                    var golden = cases.getFirst();
                    var mine = tables(from, 1)[0];
                    long next = prefill(from, mine, golden.prompt(), 9);
                    int used = Math.ceilDiv(golden.prompt().length, from.pageTokens());
                    var content = from.exportPages(Arrays.copyOf(mine, used));
                    withKernel(
                            "qwen2",
                            (to, same) -> {
                                var yours = tables(to, 2)[1];
                                to.importPages(Arrays.copyOf(yours, used), content);
                                assertThat(continuation(to, yours, golden, next))
                                        .containsExactly(golden.greedy());
                            });
                });
    }

    private static long[] continuation(
            StepKernel kernel, int[] pages, Golden.Case golden, long first) {
        var got = new long[golden.greedy().length];
        got[0] = first;
        for (int s = 1; s < got.length; s++) {
            int at = golden.prompt().length + s - 1;
            var segment = new Segment(pages, at, new long[] {got[s - 1]}, Wanted.LIKELIEST);
            got[s] = kernel.step(List.of(segment)).getFirst().likeliest()[0];
        }
        return got;
    }

    /// Page tables that share no page and whose pages follow each other only by chance.
    private static int[][] tables(StepKernel kernel, int sequences) {
        var pages = IntStream.range(0, kernel.pages()).boxed().collect(Collectors.toList());
        Collections.shuffle(pages, new Random(5));
        return IntStream.range(0, sequences)
                .mapToObj(
                        i ->
                                pages.subList(i * SEQUENCE_PAGES, (i + 1) * SEQUENCE_PAGES).stream()
                                        .mapToInt(p -> p)
                                        .toArray())
                .toArray(int[][]::new);
    }

    private static float distance(float[][] ours, float[][] reference) {
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

    private interface Check {
        void run(StepKernel kernel, List<Golden.Case> cases);
    }

    private static void withKernel(String model, Check check) {
        withKernel(model, Precision.FP32, check);
    }

    private static void withKernel(String model, Precision precision, Check check) {
        var folder = ModelFolder.read(Golden.dir(model));
        var spec = (DecoderSpec) folder.spec();
        var options = DecoderOptions.STANDARD.withPrecision(precision).withCacheBytes(64 << 20);
        try (var compute = Compute.share()) {
            var kernel = TorchKernel.load(folder, spec, compute, options, precision);
            try {
                compute.run(() -> check.run(kernel, Golden.cases(model)));
            } finally {
                compute.run(kernel::close);
            }
        }
    }
}
