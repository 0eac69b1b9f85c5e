package org.allodium.engine.internal.decoder;

import java.util.List;
import java.util.stream.IntStream;
import org.allodium.engine.internal.decoder.StepKernel.Segment;
import org.allodium.engine.internal.decoder.StepKernel.Wanted;

/// Steps of one sequence at a time. On the compute thread only.
final class Stepper {
    private final TorchKernel kernel;

    Stepper(TorchKernel kernel) {
        this.kernel = kernel;
    }

    /// Makes room for so many positions. What the cache held is lost if it has to grow.
    void reserve(int positions) {
        int wanted = Math.ceilDiv(positions, kernel.pageTokens());
        if (wanted > kernel.pages()) {
            kernel.cache(wanted);
        }
    }

    /// Computes tokens at positions from `start`; gives the logits of the last `outputs` of them,
    /// row by row.
    float[] step(long[] ids, int start, int outputs) {
        var pages = IntStream.range(0, kernel.pages()).toArray();
        var wanted = outputs == 1 ? Wanted.LOGITS : Wanted.ALL_LOGITS;
        var rows = kernel.step(List.of(new Segment(pages, start, ids, wanted))).getFirst();
        var flat = new float[outputs * kernel.vocabulary()];
        for (int i = 0; i < outputs; i++) {
            System.arraycopy(
                    rows.logits()[i], 0, flat, i * kernel.vocabulary(), kernel.vocabulary());
        }
        return flat;
    }
}
