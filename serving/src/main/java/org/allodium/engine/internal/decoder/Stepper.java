package org.allodium.engine.internal.decoder;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.torch.TorchModule;

/// Calls a decoder's `step` for one cache slot. On the compute thread only.
final class Stepper {
    private static final int SLOT = 0;
    private static final int LEAST_POSITIONS = 256;

    private final TorchModule module;
    private final DecoderSpec spec;
    private int capacity;

    Stepper(TorchModule module, DecoderSpec spec) {
        this.module = module;
        this.spec = spec;
    }

    /// Makes room for so many positions. What the cache held is lost if it has to grow.
    void reserve(int positions) {
        if (positions <= capacity) {
            return;
        }
        int rounded = Math.max(LEAST_POSITIONS, Integer.highestOneBit(positions - 1) << 1);
        int wanted = Math.min(spec.context(), Math.max(positions, rounded));
        try (var call = module.call("cache")) {
            call.number(1).number(wanted).run();
        }
        capacity = wanted;
    }

    /// Computes tokens at positions from `start`; gives the logits of the last `outputs` of them,
    /// row by row.
    float[] step(long[] ids, int start, int outputs) {
        int n = ids.length;
        var slots = new long[n];
        Arrays.fill(slots, SLOT);
        try (var call = module.call("step")) {
            return call.tensor(ids, n)
                    .tensor(LongStream.range(start, start + n).toArray(), n)
                    .tensor(slots, n)
                    .numbers(SLOT, 0, n, start)
                    .tensor(LongStream.range(n - outputs, n).toArray(), outputs)
                    .floats();
        }
    }
}
