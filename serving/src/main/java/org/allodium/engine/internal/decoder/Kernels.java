package org.allodium.engine.internal.decoder;

import java.lang.foreign.Arena;
import java.util.Optional;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.internal.cpu.CpuDecoder;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads a model copy with the kernel that suits it: own machine code where the machine can have
/// it, PyTorch's operators elsewhere and for fp32.
final class Kernels {
    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
    private static final long STANDARD_CACHE_BYTES = 1L << 30;
    private static final int STANDARD_CONTEXTS = 8;
    private static final int WHOLE_BITS = 16;

    private Kernels() {}

    /// To be called outside of the compute thread; each piece of the weights is a task on it.
    static StepKernel load(
            ModelFolder folder, DecoderSpec spec, Compute compute, DecoderOptions options) {
        var precision = PrecisionChoice.of(folder, spec, options);
        var library =
                Place.of(options.device()).cpu()
                                && precision != Precision.FP32
                                && CpuDecoder.suits(spec)
                        ? compute.call(CpuLibrary::find)
                        : Optional.<CpuLibrary>empty();
        LOG.info(
                "{} runs as {} on {} ({} asked for), by {}",
                folder.dir().getFileName(),
                PrecisionChoice.name(precision),
                options.device(),
                PrecisionChoice.name(options.precision()),
                library.map(CpuLibrary::name).orElse("PyTorch's operators"));
        return library.isPresent()
                ? loadOwn(library.get(), folder, spec, compute, options, precision)
                : TorchKernel.load(folder, spec, compute, options, precision);
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
            var loading = new Loading(folder, spec, options.loading());
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

    /// Pages in a budget of bytes. Without one: room for some whole contexts as far as a standard
    /// size goes, or for one.
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
