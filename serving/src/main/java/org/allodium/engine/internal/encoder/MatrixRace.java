package org.allodium.engine.internal.encoder;

import java.util.Map;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.TorchModule;
import org.allodium.engine.internal.torch.TorchScriptArchive;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// In which numbers an encoder runs where the choice is left to the engine: bf16 on other devices
/// than a CPU, and on a CPU if it multiplies bf16 clearly faster than fp32. That is measured once
/// in a process, because processors differ in it by more than any list of their features says: with
/// matrix units bf16 wins several times over, without them it may even lose.
final class PrecisionChoice {
    private static final Logger LOG = LoggerFactory.getLogger(PrecisionChoice.class);
    // fp32 is exact: bf16 has to be worth it.
    private static final double WORTH = 1.3;
    private static final int RACES = 5;

    private static final int FLOAT = 6;
    private static final int BFLOAT16 = 15;
    private static final String RACE =
            TorchScriptArchive.CLASS_HEAD
                    + """
                      def race(self: __torch__.M, type: int, times: int) -> Tensor:
                        x = torch.ones([256, 512], dtype=type)
                        w = ops.mkldnn._reorder_linear_weight(torch.ones([512, 512], dtype=type), None)
                        y = x
                        for i in range(times):
                          y = ops.mkldnn._linear_pointwise(y, w, None, "none", annotate(List[Optional[number]], []), "")
                        return torch.to(torch.sum(y), 6)
                    """;
    private static final int MULTIPLICATIONS = 8;

    private static @Nullable Precision fastest;

    private PrecisionChoice() {}

    static LinearLayers layers(EncoderOptions options, Compute compute, String architecture) {
        boolean cpu = options.device().equals("cpu");
        return switch (options.precision()) {
            case AUTO -> {
                var picked = cpu ? compute.call(PrecisionChoice::fastest) : Precision.BF16;
                LOG.info("{} runs in {} on {}", architecture, picked, options.device());
                yield new LinearLayers(picked, cpu);
            }
            case FP32, BF16 -> new LinearLayers(options.precision(), cpu);
            case INT8 -> {
                if (!cpu) {
                    throw new ModelRefused("An encoder runs in int8 on a cpu only.");
                }
                yield new LinearLayers(Precision.INT8, true);
            }
            case INT4 -> throw new ModelRefused("An encoder does not run in int4.");
        };
    }

    /// On the compute thread, which alone touches the field.
    private static Precision fastest() {
        var known = fastest;
        if (known == null) {
            known = race();
            fastest = known;
        }
        return known;
    }

    private static Precision race() {
        try (var module = TorchModule.load(RACE, Map.of())) {
            long floats = Long.MAX_VALUE;
            long brains = Long.MAX_VALUE;
            // In turn, so that what else the machine does hinders both; the best time counts.
            for (int i = 0; i < RACES; i++) {
                floats = Math.min(floats, nanos(module, FLOAT));
                brains = Math.min(brains, nanos(module, BFLOAT16));
            }
            return brains * WORTH < floats ? Precision.BF16 : Precision.FP32;
        }
    }

    private static long nanos(TorchModule module, int type) {
        try (var call = module.call("race")) {
            long begun = System.nanoTime();
            call.number(type).number(MULTIPLICATIONS).floats();
            return System.nanoTime() - begun;
        }
    }
}
