package org.allodium.engine.internal.encoder;

import java.util.Map;
import org.allodium.engine.TorchScriptArchive;
import org.allodium.engine.internal.torch.TorchModule;
import org.jspecify.annotations.Nullable;

/// Whether PyTorch multiplies bf16 clearly faster than fp32 on this CPU. That is measured once in a
/// process, because processors differ in it by more than any list of their features says: with
/// matrix units bf16 wins several times over, without them it may even lose.
final class MatrixRace {
    // fp32 loses nothing: bf16 has to be worth it.
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

    private static @Nullable Boolean known;

    private MatrixRace() {}

    /// On the compute thread, which alone touches the field.
    static boolean bfloat16Wins() {
        var found = known;
        if (found == null) {
            found = race();
            known = found;
        }
        return found;
    }

    private static boolean race() {
        try (var module = TorchModule.load(RACE, Map.of())) {
            long floats = Long.MAX_VALUE;
            long brains = Long.MAX_VALUE;
            // In turn, so that what else the machine does hinders both; the best time counts.
            for (int i = 0; i < RACES; i++) {
                floats = Math.min(floats, nanos(module, FLOAT));
                brains = Math.min(brains, nanos(module, BFLOAT16));
            }
            return brains * WORTH < floats;
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
