package org.allodium.engine.internal.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.internal.cpu.Processor;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.LoadProgress;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.ComputeDevice;
import org.allodium.engine.internal.torch.TorchModule;
import org.allodium.engine.internal.torch.Weights;

/// A model copy's steps on PyTorch.
public final class TorchKernel implements StepKernel {
    public static final int PAGE_TOKENS = 16;
    // Logits are copied out of native memory by so many rows, which bounds it.
    private static final int ROWS_AT_ONCE = 64;

    private final TorchModule module;
    private final DecoderSpec spec;
    private final LinearScript linear;
    private int pages;

    private TorchKernel(TorchModule module, DecoderSpec spec, LinearScript linear) {
        this.module = module;
        this.spec = spec;
        this.linear = linear;
    }

    /// Loads the weights, a compute task for each tensor. Not to be called on the compute thread.
    static TorchKernel load(
            ModelFolder folder,
            DecoderSpec spec,
            Compute compute,
            DecoderOptions options,
            Precision precision) {
        var linear =
                new LinearScript(
                        precision,
                        ComputeDevice.of(options.device()).cpu(),
                        Processor.instructions());
        TorchKernel kernel = null;
        boolean loaded = false;
        try {
            kernel = compute.call(() -> make(spec, linear, options.device()));
            var loading = new LoadProgress(folder, spec, options.loading());
            new DecoderWeights(new Weights(compute, kernel.module, folder, loading), spec).add();
            compute.run(kernel::addFrequencies);
            var made = kernel;
            int pages = Kernels.pages(spec, options.cacheBytes(), made.pageBytes(), PAGE_TOKENS);
            compute.run(() -> made.cache(pages));
            loaded = true;
            return made;
        } finally {
            if (!loaded && kernel != null) {
                compute.run(kernel::close);
            }
        }
    }

    private static TorchKernel make(DecoderSpec spec, LinearScript linear, String device) {
        var source = DecoderScript.source(spec, linear);
        return new TorchKernel(
                TorchModule.load(source, DecoderScript.attributes(), device), spec, linear);
    }

    private void addFrequencies() {
        var frequencies = spec.rope().frequencies(spec.headDimensions());
        try (var call = module.call("frequencies")) {
            call.tensor(frequencies, frequencies.length).run();
        }
    }

    /// Makes an empty cache in place of the one that was.
    void cache(int wanted) {
        try (var call = module.call("cache")) {
            call.number((long) wanted * PAGE_TOKENS).run();
        }
        pages = wanted;
    }

    @Override
    public long pageBytes() {
        long numbers = 2L * spec.layers() * spec.keyValueWidth() * PAGE_TOKENS;
        return numbers * linear.typeBytes();
    }

    @Override
    public int pageTokens() {
        return PAGE_TOKENS;
    }

    @Override
    public int pages() {
        return pages;
    }

    @Override
    public int vocabulary() {
        return spec.vocabulary();
    }

    @Override
    public boolean rowsStandAlone() {
        // Its operators choose by the number of rows in which order they add.
        return false;
    }

    @Override
    public String pageLayout() {
        return "%s [%d layers, keys and values, %d heads, %d positions, %d dimensions]"
                .formatted(
                        linear.typeBytes() == Float.BYTES ? "fp32" : "bf16",
                        spec.layers(),
                        spec.keyValueHeads(),
                        PAGE_TOKENS,
                        spec.headDimensions());
    }

    @Override
    public List<Row> step(List<Segment> segments) {
        var plan = StepPlan.of(segments, PAGE_TOKENS, spec.window());
        int outputs = plan.outputs().length;
        int now = Math.max(plan.likeliest(), Math.min(outputs, ROWS_AT_ONCE));
        var logits = new ArrayList<float[]>(outputs - plan.likeliest());
        int[] likeliest;
        try (var call = module.call("step")) {
            int n = plan.ids().length;
            var results =
                    call.tensor(plan.ids(), n)
                            .tensor(plan.positions(), n)
                            .tensor(plan.places(), n)
                            .numbers(plan.segments())
                            .numbers(plan.runs())
                            .tensor(plan.outputs(), outputs)
                            .number(plan.likeliest())
                            .number(now)
                            .results();
            likeliest = Arrays.stream(results.numbers()).mapToInt(Math::toIntExact).toArray();
            split(results.floats(), logits);
        }
        addLater(now, outputs, logits);
        return plan.rows(segments, likeliest, logits);
    }

    private void addLater(int done, int outputs, List<float[]> logits) {
        for (int first = done; first < outputs; first += ROWS_AT_ONCE) {
            try (var call = module.call("logits")) {
                int end = Math.min(outputs, first + ROWS_AT_ONCE);
                split(call.number(first).number(end).floats(), logits);
            }
        }
        try (var call = module.call("forget")) {
            call.run();
        }
    }

    private void split(float[] flat, List<float[]> rows) {
        int width = spec.vocabulary();
        for (int from = 0; from < flat.length; from += width) {
            rows.add(Arrays.copyOfRange(flat, from, from + width));
        }
    }

    @Override
    public byte[] exportPages(int[] wanted) {
        try (var call = module.call("read")) {
            return call.tensor(places(wanted), (long) wanted.length * PAGE_TOKENS)
                    .number(wanted.length)
                    .bytes();
        }
    }

    @Override
    public void importPages(int[] wanted, byte[] content) {
        if (content.length != wanted.length * pageBytes()) {
            throw new IllegalArgumentException(
                    "%d pages take %d bytes, not %d"
                            .formatted(wanted.length, wanted.length * pageBytes(), content.length));
        }
        try (var call = module.call("write")) {
            call.tensor(places(wanted), (long) wanted.length * PAGE_TOKENS)
                    .number(wanted.length)
                    .tensor(content)
                    .run();
        }
    }

    private static long[] places(int[] pages) {
        return IntStream.of(pages)
                .asLongStream()
                .flatMap(p -> LongStream.range(p * PAGE_TOKENS, (p + 1) * PAGE_TOKENS))
                .toArray();
    }

    @Override
    public void close() {
        module.close();
    }
}
