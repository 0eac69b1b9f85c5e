package org.allodium.engine.internal.kernel;

import java.util.stream.Stream;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.torch.Weights;

/// The order in which the weights of a decoder go into its module; [DecoderScript] counts on it.
final class DecoderWeights {
    private final Weights weights;
    private final DecoderSpec spec;

    DecoderWeights(Weights weights, DecoderSpec spec) {
        this.weights = weights;
        this.spec = spec;
    }

    void add() {
        weights.addParts("embedding", 1, DecoderSpec.EMBEDDING);
        for (int l = 0; l < spec.layers(); l++) {
            addLayer(DecoderSpec.layer(l));
        }
        weights.addParts("norm", 1, DecoderSpec.FINAL_NORM);
        weights.addParts("linear", 1, spec.tiedHead() ? DecoderSpec.EMBEDDING : DecoderSpec.HEAD);
    }

    private void addLayer(String at) {
        var attention = at + "self_attn.";
        var feedForward = at + "mlp.";
        var biases = spec.biases();
        boolean fused = spec.fusedProjections();
        var projections = fused ? "qkv_proj" : "q_proj k_proj v_proj";
        weights.addParts("norm", 1, at + "input_layernorm.weight");
        linear(biases.queryKeyValue(), 1, attention, projections.split(" "));
        linear(biases.attentionOut(), 1, attention, "o_proj");
        weights.addParts("norm", 1, at + "post_attention_layernorm.weight");
        if (spec.normedQueriesAndKeys()) {
            weights.addParts("norm", 1, attention + "q_norm.weight");
            weights.addParts("norm", 1, attention + "k_norm.weight");
        }
        if (fused) {
            linear(biases.feedForward(), 2, feedForward, "gate_up_proj");
        } else {
            linear(biases.feedForward(), 1, feedForward, "gate_proj");
            linear(biases.feedForward(), 1, feedForward, "up_proj");
        }
        linear(biases.feedForward(), 1, feedForward, "down_proj");
    }

    private void linear(boolean bias, int parts, String at, String... names) {
        weights.addParts("linear", parts, tensors(at, ".weight", names));
        if (bias) {
            weights.addParts("bias", parts, tensors(at, ".bias", names));
        }
    }

    private static String[] tensors(String at, String kind, String... names) {
        return Stream.of(names).map(n -> at + n + kind).toArray(String[]::new);
    }
}
