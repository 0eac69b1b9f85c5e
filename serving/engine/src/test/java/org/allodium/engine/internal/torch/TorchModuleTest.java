package org.allodium.engine.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.allodium.engine.Golden;
import org.allodium.engine.TorchScriptArchive;
import org.allodium.engine.TorchScriptArchive.Attribute;
import org.allodium.engine.internal.model.Safetensors;
import org.junit.jupiter.api.Test;

class TorchModuleTest {
    private static final String JOIN =
            TorchScriptArchive.CLASS_HEAD
                    + """
                      kept : List[Tensor]
                      half : float
                      def join(self: __torch__.M, ts: List[Tensor], bf16: bool) -> Tensor:
                        return torch.mul(torch.flatten(torch.cat(ts, 0)), torch.mul(self.half, 2.))
                    """;

    @Test
    void aLargeTensorTravelsInPiecesOfWholeRows() {
        var tensors = Safetensors.ofDirectory(Golden.dir("llama-tied"));
        var name = "model.layers.0.mlp.gate_proj.weight";
        var entry = tensors.require(name);
        var expected = new float[Math.toIntExact(entry.elements())];
        Golden.floats(tensors, name).get(expected);
        try (var compute = Compute.share()) {
            for (long piece : new long[] {1, 64 * 4 * 3, 1 << 20}) {
                var joined =
                        compute.call(
                                () -> {
                                    try (var module = module();
                                            var call = module.call("join")) {
                                        return call.weights(List.of(entry), piece).floats();
                                    }
                                });
                assertThat(joined).containsExactly(expected);
            }
        }
    }

    private static TorchModule module() {
        var attributes = new LinkedHashMap<String, Attribute>();
        attributes.put("kept", new Attribute.EmptyTensorList());
        attributes.put("half", new Attribute.Decimal(0.5));
        return TorchModule.load(JOIN, attributes);
    }

    @Test
    void aBrokenModuleIsAnExceptionAndTheComputeThreadGoesOn() {
        try (var compute = Compute.share()) {
            assertThatThrownBy(() -> compute.call(() -> TorchModule.load("class M(", Map.of())))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(compute.call(() -> 1)).isEqualTo(1);
        }
    }

    @Test
    void theLastShareEndsTheThread() {
        // Of a core that no other test asks for: a model that one of them holds shares the rest.
        var place = ComputeDevice.of("cpu:0");
        var first = Compute.share(place);
        var second = Compute.share(place);
        var thread = second.call(Thread::currentThread);
        assertThat(thread.getContextClassLoader()).isSameAs(Compute.class.getClassLoader());
        first.close();
        first.close();
        assertThat(second.call(Thread::currentThread)).isSameAs(thread);
        second.close();
        assertThat(thread.isAlive()).isFalse();
        assertThatThrownBy(() -> second.call(() -> 1)).isInstanceOf(IllegalStateException.class);
    }
}
