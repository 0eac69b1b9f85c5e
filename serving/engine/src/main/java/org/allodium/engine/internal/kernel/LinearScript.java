package org.allodium.engine.internal.kernel;

import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.InstructionSet;

/// How the script of a decoder packs linear layers and applies them, by precision and device. On a
/// CPU, fp32 and bf16 use oneDNN's operators on weights in their own order, int8 its quantised ones
/// (weights scaled per row, activations per token), int4 PyTorch's packed ones (a scale and an
/// offset per group of 32 inputs). Elsewhere only the plain operators are used.
///
/// What the processor lacks is done in fp32: activations where it has no products of bf16, and int8
/// with weights alone as bytes where sums of products of bytes would be cut off.
record LinearScript(Precision precision, boolean cpu, InstructionSet instructions) {
    private static final int FLOAT = 6;
    private static final int BFLOAT16 = 15;
    private static final String PACKED =
            """
                torch.append(self.w, %s)
            """;
    // In blocks of rows, because a whole table in fp32 would take gigabytes.
    private static final String INT8_ROWS =
            """
                scales = annotate(List[Tensor], [])
                parts = annotate(List[Tensor], [])
                for i in range(torch.floordiv(torch.size(t, 0)+4095, 4096)):
                  part = torch.to(torch.slice(t, 0, 4096*i, 4096*(i+1)), 6)
                  scale = torch.clamp(torch.div(torch.amax(torch.abs(part), [1], True), 127.), 1e-9)
                  parts = torch.append(parts, torch.to(torch.round_(torch.div(part, scale)), 1))
                  scales = torch.append(scales, torch.squeeze(scale, 1))
                torch.append(self.s, torch.cat(scales))
            """;
    private static final String INT8 =
            INT8_ROWS
                    + """
                torch.append(self.z, torch.zeros([torch.size(t, 0)], dtype=3))
                torch.append(self.w, ops.onednn.qlinear_prepack(torch.cat(parts), None))
            """;
    private static final String INT8_WEIGHTS =
            INT8_ROWS
                    + """
                torch.append(self.w, torch.cat(parts))
            """;
    private static final String INT8_WEIGHTS_METHOD =
            """
              def q8(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                return torch._weight_int8pack_mm(torch.contiguous(x), self.w[i], self.s[i])
            """;
    private static final String INT8_METHOD =
            """
              def q8(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                a = torch.clamp(torch.div(torch.linalg_vector_norm(x, float("inf"), [1], True, dtype=6), 127.), 1e-9)
                q = torch.to(torch.round_(torch.add_(torch.div(x, a), 128.)), 0)
                y = torch.mul_(ops.onednn.qlinear_pointwise(q, 1., 128, self.w[i], self.s[i], self.z[i], None, 1., 0, 6, "none", annotate(List[Optional[number]], []), ""), a)
                return torch.to(y, @T@)
            """;
    private static final String INT4 =
            """
                scales = annotate(List[Tensor], [])
                parts = annotate(List[Tensor], [])
                for i in range(torch.floordiv(torch.size(t, 0)+4095, 4096)):
                  part = torch.to(torch.slice(t, 0, 4096*i, 4096*(i+1)), 6)
                  part = torch.reshape(part, [torch.size(part, 0), -1, 32])
                  least = torch.amin(part, [2], True)
                  scale = torch.clamp(torch.div(torch.sub(torch.amax(part, [2], True), least), 15.), 1e-9)
                  q = torch.to(torch.clamp(torch.round_(torch.div(torch.sub(part, least), scale)), 0, 15), 3)
                  parts = torch.append(parts, torch.reshape(q, [torch.size(q, 0), -1]))
                  scales = torch.append(scales, torch.to(torch.cat([scale, torch.add(least, torch.mul(scale, 8.))], 2), @T@))
                torch.append(self.s, torch.contiguous(torch.transpose(torch.cat(scales), 0, 1)))
                torch.append(self.w, torch._convert_weight_to_int4pack_for_cpu(torch.cat(parts), 2))
            """;
    private static final String INT4_METHOD =
            """
              def q4(self: __torch__.M, x: Tensor, i: int) -> Tensor:
                y = torch._weight_int4pack_mm_for_cpu(torch.contiguous(x), self.w[i], 32, self.s[i])
                return y
            """;
    static final int INT4_GROUP = 32;

    /// PyTorch's number of the type that activations and the cache have.
    int type() {
        return full() ? FLOAT : BFLOAT16;
    }

    int typeBytes() {
        return full() ? Float.BYTES : Short.BYTES;
    }

    private boolean full() {
        return precision == Precision.FP32
                || cpu && !instructions.multipliesBfloat16()
                || weightsAlone();
    }

    /// Whether only weights are bytes in int8.
    private boolean weightsAlone() {
        return precision == Precision.INT8 && cpu && !instructions.multipliesBytes();
    }

    private boolean plain() {
        return !cpu;
    }

    /// The statements that pack a matrix `t`.
    String pack() {
        if (plain()) {
            return PACKED.formatted("torch.clone(t)");
        }
        return switch (precision) {
            case INT8 -> weightsAlone() ? INT8_WEIGHTS : INT8;
            case INT4 -> INT4;
            default ->
                    PACKED.formatted(
                            "ops.mkldnn._reorder_linear_weight(torch.contiguous(t), None)");
        };
    }

    /// Methods that [#apply] uses.
    String methods() {
        return switch (precision) {
            case INT8 -> weightsAlone() ? INT8_WEIGHTS_METHOD : INT8_METHOD;
            case INT4 -> INT4_METHOD;
            default -> "";
        };
    }

    /// @param index the layer's place among the packed matrices, an expression
    String apply(String input, String index, String bias) {
        if (plain()) {
            return "torch.linear(%s, self.w[%s], %s)".formatted(input, index, bias);
        }
        return switch (precision) {
            case INT8 -> biased("self.q8(%s, %s)".formatted(input, index), bias);
            case INT4 -> biased("self.q4(%s, %s)".formatted(input, index), bias);
            default ->
                    "ops.mkldnn._linear_pointwise(%s, self.w[%s], %s, \"none\", annotate(List[Optional[number]], []), \"\")"
                            .formatted(input, index, bias);
        };
    }

    private static String biased(String result, String bias) {
        return bias.equals("None") ? result : "torch.add_(%s, %s)".formatted(result, bias);
    }

    /// The layer's result added to another tensor.
    String add(String to, String input, String index, String bias) {
        boolean fused = cpu && precision != Precision.INT8 && precision != Precision.INT4;
        return fused
                ? "ops.mkldnn._linear_pointwise(%s, %s, self.w[%s], %s, \"add\")"
                        .formatted(input, to, index, bias)
                : "torch.add(%s, %s)".formatted(to, apply(input, index, bias));
    }

    /// Attention of `part` over `k` and `v` under `mask` or `causal`.
    String attention() {
        return cpu
                ? "(torch._scaled_dot_product_flash_attention_for_cpu(part, k, v, 0., causal, attn_mask=mask, scale=@SCALE@))[0]"
                : "torch.scaled_dot_product_attention(part, k, v, mask, 0., causal, scale=@SCALE@)";
    }
}
