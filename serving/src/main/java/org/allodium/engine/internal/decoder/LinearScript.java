package org.allodium.engine.internal.decoder;

import org.allodium.engine.DecoderOptions.Precision;

/// How the script of a decoder packs linear layers and applies them, by precision and device.
///
/// On a CPU it uses oneDNN's operators on weights in their own order; elsewhere the plain ones.
record LinearScript(Precision precision, boolean cpu) {
    private static final int FLOAT = 6;
    private static final int BFLOAT16 = 15;

    /// PyTorch's number of the type that activations and the cache have.
    int type() {
        return precision == Precision.FP32 ? FLOAT : BFLOAT16;
    }

    int typeBytes() {
        return precision == Precision.FP32 ? Float.BYTES : Short.BYTES;
    }

    /// The expression that packs a matrix.
    String pack(String matrix) {
        return cpu
                ? "ops.mkldnn._reorder_linear_weight(torch.contiguous(%s), None)".formatted(matrix)
                : "torch.clone(%s)".formatted(matrix);
    }

    String apply(String input, String weight, String bias) {
        return cpu
                ? "ops.mkldnn._linear_pointwise(%s, %s, %s, \"none\", annotate(List[Optional[number]], []), \"\")"
                        .formatted(input, weight, bias)
                : "torch.linear(%s, %s, %s)".formatted(input, weight, bias);
    }

    /// The layer's result added to another tensor.
    String add(String to, String input, String weight, String bias) {
        return cpu
                ? "ops.mkldnn._linear_pointwise(%s, %s, %s, %s, \"add\")"
                        .formatted(input, to, weight, bias)
                : "torch.add(%s, %s)".formatted(to, apply(input, weight, bias));
    }

    /// Attention of `part` over `k` and `v` under `mask` or `causal`.
    String attention() {
        return cpu
                ? "(torch._scaled_dot_product_flash_attention_for_cpu(part, k, v, 0., causal, attn_mask=mask, scale=@SCALE@))[0]"
                : "torch.scaled_dot_product_attention(part, k, v, mask, 0., causal, scale=@SCALE@)";
    }
}
