package org.allodium.engine.internal.kernel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.bench.BenchModel;
import org.allodium.engine.bench.Processor;
import org.allodium.engine.bench.Roofline;
import org.allodium.engine.bench.Stopwatch;
import org.allodium.engine.internal.kernel.StepKernel.Segment;
import org.allodium.engine.internal.kernel.StepKernel.Wanted;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;

/// Times the kernel's steps on models of real shapes, and prints each figure beside the limit that
/// the machine's own peaks imply. The machine may be shared: the best and the middle of several
/// tries are printed.
public final class KernelBench {
    private static final int PROMPT = 128;
    private static final int STEPS = 24;
    private static final int MOST_SEQUENCES = 32;

    /// What stands in docs/performance.md.
    private static final String HEAD =
            """
            %s: tokens/s at best, and as share of the limit

            | | loading | prefill 512 | prefill 2,048 | first token of 512 | decode 1 | 4 | 16 | 32 |
            |---|---|---|---|---|---|---|---|---|
            """;

    private final List<String> cells = new ArrayList<>();
    private final Roofline roofline;
    private final DecoderSpec spec;
    private final StepKernel kernel;
    private final Compute compute;
    private final Random random = new Random(1);
    private final Precision precision;

    private KernelBench(
            Roofline roofline,
            DecoderSpec spec,
            StepKernel kernel,
            Compute compute,
            Precision precision) {
        this.roofline = roofline;
        this.spec = spec;
        this.kernel = kernel;
        this.compute = compute;
        this.precision = precision;
    }

    /// @param folder where models are written and kept
    public static void run(Path folder, List<BenchModel> models, List<Precision> precisions) {
        try (var compute = Compute.share()) {
            var roofline = Roofline.measure(compute);
            System.out.printf("%s%n%s%n", Processor.name(), roofline.line());
            for (var model : models) {
                var dir = model.in(folder);
                var rows = new ArrayList<String>();
                for (var precision : precisions) {
                    // Whoever else is on the machine may have been at work before.
                    roofline = roofline.or(Roofline.measure(compute));
                    rows.add(time(roofline, dir, precision, compute));
                }
                System.out.printf(
                        "%n%s%n%s%s%n",
                        roofline.line(), HEAD.formatted(model), String.join("\n", rows));
            }
        }
    }

    /// A row of the table.
    private static String time(Roofline roofline, Path dir, Precision precision, Compute compute) {
        var folder = ModelFolder.read(dir);
        var spec = (DecoderSpec) folder.spec();
        var options = DecoderOptions.STANDARD.withPrecision(precision).withCacheBytes(512L << 20);
        var kernel = Kernels.load(folder, spec, compute, options).kernel();
        System.out.printf(
                "%n%s, %s, %s%n",
                dir.getFileName(),
                PrecisionChoice.name(precision),
                kernel.getClass().getSimpleName());
        // The files are in the disk's cache now, and what loading needs is compiled.
        compute.run(kernel::close);
        long from = System.nanoTime();
        kernel = Kernels.load(folder, spec, compute, options).kernel();
        double seconds = (System.nanoTime() - from) / 1e9;
        double bytes = 2.0 * BenchModel.elements(spec);
        System.out.printf(
                "  loaded in %.2f s, %.1f GB/s (%.0f %% of reading)%n",
                seconds, bytes / seconds / 1e9, 100 * bytes / seconds / roofline.bytes());
        try {
            var bench = new KernelBench(roofline, spec, kernel, compute, precision);
            bench.cells.add(
                    "%s, %s"
                            .formatted(
                                    PrecisionChoice.name(precision),
                                    kernel instanceof CpuKernel
                                            ? "own machine code"
                                            : "PyTorch's operators"));
            bench.cells.add(
                    "%.2f s (%.0f %%)"
                            .formatted(seconds, 100 * bytes / seconds / roofline.bytes()));
            double first = bench.prefill(512);
            bench.prefill(2048);
            bench.cells.add("%.2f s".formatted(first));
            for (int sequences : new int[] {1, 4, 16, 32}) {
                bench.decode(sequences);
            }
            return "| %s |".formatted(String.join(" | ", bench.cells));
        } finally {
            compute.run(kernel::close);
        }
    }

    /// @return seconds to the first token
    private double prefill(int tokens) {
        var ids = random.longs(tokens, 3, spec.vocabulary()).toArray();
        var pages = pages(0, tokens);
        var times = new double[4];
        for (int i = 0; i < times.length; i++) {
            times[i] = seconds(() -> prefill(pages, ids));
        }
        double limit = peak() / (2.0 * BenchModel.multiplied(spec, false));
        print("prefill %d".formatted(tokens), tokens, times, limit);
        System.out.printf("    time to first token %.0f ms%n", 1000 * least(times));
        return least(times);
    }

    /// In chunks, as batching does.
    private long prefill(int[] pages, long[] ids) {
        int chunk = 512;
        long next = -1;
        for (int from = 0; from < ids.length; from += chunk) {
            int to = Math.min(ids.length, from + chunk);
            var part = Arrays.copyOfRange(ids, from, to);
            var wanted = to == ids.length ? Wanted.LIKELIEST : Wanted.NOTHING;
            var segment = new Segment(pages, from, part, wanted);
            var likeliest = kernel.step(List.of(segment)).getFirst().likeliest();
            next = wanted == Wanted.LIKELIEST ? likeliest[0] : next;
        }
        return next;
    }

    private void decode(int sequences) {
        var tables = new int[sequences][];
        var last = new long[sequences];
        for (int i = 0; i < sequences; i++) {
            tables[i] = pages(i, PROMPT + STEPS);
            var table = tables[i];
            var prompt = random.longs(PROMPT, 3, spec.vocabulary()).toArray();
            last[i] = compute.call(() -> prefill(table, prompt));
        }
        var times = new double[STEPS];
        for (int s = 0; s < STEPS; s++) {
            var segments = new ArrayList<Segment>();
            for (int i = 0; i < sequences; i++) {
                var id = new long[] {last[i]};
                segments.add(new Segment(tables[i], PROMPT + s, id, Wanted.LIKELIEST));
            }
            times[s] =
                    seconds(
                            () -> {
                                var rows = kernel.step(segments);
                                for (int i = 0; i < sequences; i++) {
                                    last[i] = rows.get(i).likeliest()[0];
                                }
                            });
        }
        double cached = (double) sequences * (PROMPT + STEPS / 2.0) * kernel.pageBytes() / 16;
        double seconds = (weightBytes() + cached) / roofline.bytes();
        print("decode batch %d".formatted(sequences), sequences, times, sequences / seconds);
    }

    /// What the weights take that a step reads, in their smallest faithful form.
    private double weightBytes() {
        double inner = BenchModel.multiplied(spec, false);
        double head = BenchModel.multiplied(spec, true) - inner;
        return switch (precision) {
            case FP32 -> 4 * (inner + head);
            case INT8 -> inner + head;
            case INT4 -> (inner + head) / 2;
            case AUTO, BF16 -> 2 * (inner + head);
        };
    }

    private double peak() {
        return switch (precision) {
            case FP32 -> roofline.fp32();
            case INT8, INT4 -> Math.max(roofline.int8(), roofline.bf16());
            case AUTO, BF16 -> Math.max(roofline.bf16(), roofline.fp32());
        };
    }

    private int[] pages(int sequence, int tokens) {
        int count = Math.ceilDiv(tokens, kernel.pageTokens());
        int from = sequence * (kernel.pages() / MOST_SEQUENCES);
        return IntStream.range(from, from + count).toArray();
    }

    private double seconds(Runnable work) {
        return compute.call(() -> Stopwatch.seconds(work));
    }

    private static double least(double[] times) {
        return Arrays.stream(times).min().orElseThrow();
    }

    private void print(String what, int tokens, double[] times, double limit) {
        var sorted = times.clone();
        Arrays.sort(sorted);
        double best = tokens / sorted[0];
        double middle = tokens / sorted[sorted.length / 2];
        System.out.printf(
                "  %-16s best %8.1f tok/s (%3.0f %% of %.0f), middle %8.1f (%3.0f %%)%n",
                what, best, 100 * best / limit, limit, middle, 100 * middle / limit);
        var form = best < 100 ? "%.1f (%.0f %%)" : "%,.0f (%.0f %%)";
        cells.add(form.formatted(best, 100 * best / limit));
    }
}
