package org.allodium.engine.internal.encoder;

import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.InstructionSet;
import org.allodium.engine.internal.torch.ComputeDevice;

/// How an encoder's script packs linear layers and applies them: on a CPU oneDNN's operators on
/// weights in their own order, which add a bias, bend or add a tensor in the same pass; elsewhere
/// the plain ones. In int8, each row of a matrix and each token has a scale of its own, so that a
/// token's result does not depend on its neighbours in the batch. Where the processor does not
/// multiply bytes without a loss, weights are bytes, but activations are not.
record LinearLayers(Precision precision, String device, InstructionSet instructions) {
    private static final int FLOAT = 6;
    private static final int BFLOAT16 = 15;

    private static final String PACK_INT8 =
            """
              def pack(self: __torch__.M, t: Tensor) -> NoneType:
                scale = torch.clamp(torch.div(torch.amax(torch.abs(t), [1], False), 127.), 1e-9)
                q = torch.to(torch.clamp(torch.round(torch.div(t, torch.unsqueeze(scale, 1))), -127, 127), 1)
                torch.append(self.s, scale)
            """;
    private static final String BYTES =
            PACK_INT8
                    + """
                torch.append(self.z, torch.zeros([torch.size(t, 0)], dtype=3))
                torch.append(self.w, ops.onednn.qlinear_prepack(torch.contiguous(q), None))
                return None
              def linear(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                scale = torch.clamp(torch.div(torch.amax(torch.abs(x), [1], True), 127.), 1e-9)
                q = torch.to(torch.add_(torch.div(x, scale), 128.5), 0)
                y = ops.onednn.qlinear_pointwise(q, 1., 128, self.w[i], self.s[i], self.z[i], None, 1., 0, 6, "none", annotate(List[Optional[number]], []), "")
                return torch.addcmul(self.b[i], y, scale)
            """;
    private static final String WEIGHT_BYTES =
            PACK_INT8
                    + """
                torch.append(self.w, torch.contiguous(q))
                return None
              def linear(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                return torch.add_(torch._weight_int8pack_mm(torch.contiguous(x), self.w[i], self.s[i]), self.b[i])
            """;
    private static final String BENT_AND_ADDED =
            """
              def bent(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                return torch.gelu(self.linear(x, i))
              def added(self: __torch__.M, x: Tensor, i: int, to: Tensor) -> Tensor:
                return torch.add_(self.linear(x, i), to)
            """;
    private static final String ONEDNN =
            """
              def pack(self: __torch__.M, t: Tensor) -> NoneType:
                torch.append(self.w, ops.mkldnn._reorder_linear_weight(torch.contiguous(t), None))
                return None
              def linear(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                return ops.mkldnn._linear_pointwise(x, self.w[i], self.b[i], "none", annotate(List[Optional[number]], []), "")
              def bent(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                return ops.mkldnn._linear_pointwise(x, self.w[i], self.b[i], "gelu", annotate(List[Optional[number]], []), "none")
              def added(self: __torch__.M, x: Tensor, i: int, to: Tensor) -> Tensor:
                return ops.mkldnn._linear_pointwise(x, to, self.w[i], self.b[i], "add")
            """;
    private static final String PLAIN =
            """
              def pack(self: __torch__.M, t: Tensor) -> NoneType:
                torch.append(self.w, torch.clone(t))
                return None
              def linear(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                return torch.linear(x, self.w[i], self.b[i])
            """;

    private boolean cpu() {
        return ComputeDevice.of(device).cpu();
    }

    /// PyTorch's number of the type that activations have.
    int type() {
        boolean able = !cpu() || instructions.multipliesBfloat16();
        return precision == Precision.BF16 && able ? BFLOAT16 : FLOAT;
    }

    /// The methods `pack`, `linear`, `bent` (by GELU) and `added`.
    String methods() {
        if (precision == Precision.INT8) {
            return (instructions.multipliesBytes() ? BYTES : WEIGHT_BYTES) + BENT_AND_ADDED;
        }
        return cpu() ? ONEDNN : PLAIN + BENT_AND_ADDED;
    }

    /// Attention of `q` over `k` and `v`.
    String attention() {
        return cpu()
                ? "(torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0., False))[0]"
                : "torch.scaled_dot_product_attention(q, k, v, None, 0., False)";
    }
}
