package org.allodium.engine.internal.decoder;

import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.torch.Weights;

/// The order in which the weights of a decoder go into its module; [DecoderScript] counts on it.
final class DecoderWeights {
    private DecoderWeights() {}

    static void add(Weights weights, DecoderSpec spec) {
        weights.add("embedding", DecoderSpec.EMBEDDING);
        for (int l = 0; l < spec.layers(); l++) {
            addLayer(weights, DecoderSpec.layer(l), spec.biases());
        }
        weights.add("norm", DecoderSpec.FINAL_NORM);
        if (!spec.tiedHead()) {
            weights.add("linear", DecoderSpec.HEAD);
        }
    }

    private static void addLayer(Weights weights, String at, DecoderSpec.Biases biases) {
        var attention = at + "self_attn.";
        weights.add("norm", at + "input_layernorm.weight");
        weights.linear(
                biases.queryKeyValue(),
                attention + "q_proj",
                attention + "k_proj",
                attention + "v_proj");
        weights.linear(biases.attentionOut(), attention + "o_proj");
        weights.add("norm", at + "post_attention_layernorm.weight");
        weights.linear(biases.feedForward(), at + "mlp.gate_proj", at + "mlp.up_proj");
        weights.linear(biases.feedForward(), at + "mlp.down_proj");
    }
}
