package org.allodium.engine.internal.kernel;

import java.lang.foreign.Arena;
import java.util.Optional;
import org.allodium.engine.Computing;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.internal.cpu.CpuDecoder;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.cpu.Processor;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.LoadProgress;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.ComputeDevice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads a model copy with the kernel that suits it: own machine code where the machine can have
/// it, PyTorch's operators elsewhere and for fp32.
public final class Kernels {
    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
    private static final long STANDARD_CACHE_BYTES = 1L << 30;
    private static final int STANDARD_CONTEXTS = 8;
    private static final int WHOLE_BITS = 16;

    private Kernels() {}

    /// A kernel and what it computes with.
    public record Loaded(StepKernel kernel, Computing computing) {}

    /// To be called outside of the compute thread; each piece of the weights is a task on it.
    public static Loaded load(
            ModelFolder folder, DecoderSpec spec, Compute compute, DecoderOptions options) {
        var wanted = PrecisionChoice.of(folder, spec, options);
        boolean cpu = ComputeDevice.of(options.device()).cpu();
        var library =
                cpu && wanted != Precision.FP32 && CpuDecoder.suits(spec)
                        ? compute.call(CpuLibrary::find)
                        : Optional.<CpuLibrary>empty();
        var instructions = Processor.instructions();
        boolean lacks = cpu && library.isEmpty() && !instructions.multipliesBfloat16();
        var precision = lacks && wanted == Precision.BF16 ? Precision.FP32 : wanted;
        var computing =
                Computing.of(
                        precision,
                        options.precision(),
                        library.map(CpuLibrary::name),
                        instructions);
        LOG.info(
                "{} runs on {} as {}",
                folder.dir().getFileName(),
                options.device(),
                computing.words());
        return new Loaded(
                library.isPresent()
                        ? loadOwn(library.get(), folder, spec, compute, options, precision)
                        : TorchKernel.load(folder, spec, compute, options, precision),
                computing);
    }

    static StepKernel loadOwn(
            CpuLibrary library,
            ModelFolder folder,
            DecoderSpec spec,
            Compute compute,
            DecoderOptions options,
            Precision precision) {
        int bits =
                switch (precision) {
                    case INT8 -> 8;
                    case INT4 -> 4;
                    default -> WHOLE_BITS;
                };
        // The head chooses among all tokens: half a byte costs it more than it saves.
        var decoder = compute.call(() -> CpuDecoder.open(library, spec, bits, Math.max(8, bits)));
        var table = Arena.ofShared();
        boolean loaded = false;
        try {
            var loading = new LoadProgress(folder, spec, options.loading());
            new CpuWeights(decoder, compute, folder, spec, loading).add(table);
            int pages =
                    pages(spec, options.cacheBytes(), decoder.pageBytes(), CpuDecoder.PAGE_TOKENS);
            var kernel = compute.call(() -> new CpuKernel(decoder, spec, table, pages));
            loaded = true;
            return kernel;
        } finally {
            if (!loaded) {
                compute.run(decoder::close);
                table.close();
            }
        }
    }

    /// Pages in a byte budget; without one, for some contexts up to a standard size, or for one.
    static int pages(DecoderSpec spec, long budget, long pageBytes, int pageTokens) {
        long perContext = Math.ceilDiv(spec.context(), pageTokens);
        long standard = Math.min(STANDARD_CONTEXTS * perContext, STANDARD_CACHE_BYTES / pageBytes);
        long pages = budget == 0 ? Math.max(perContext, standard) : budget / pageBytes;
        if (pages < 1) {
            throw new IllegalArgumentException(
                    "A cache of %d bytes holds no page of %d".formatted(budget, pageBytes));
        }
        return (int) Math.min(pages, Integer.MAX_VALUE / pageTokens);
    }
}
