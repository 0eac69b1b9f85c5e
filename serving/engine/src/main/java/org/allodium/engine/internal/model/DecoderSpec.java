package org.allodium.engine.internal.model;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The shape of a decoder, and the tensors that follow from it.
/// @param tiedHead whether the embedding table is the head too
/// @param fusedProjections whether query, key and value, and gate and up, are one tensor each
/// @param normedQueriesAndKeys whether each head's query and key are normed before they are rotated
/// @param window how many positions a token sees, itself included; [#UNBOUNDED] for all
/// @param layersWithoutRope the layers that do not rotate
public record DecoderSpec(
        String architecture,
        int vocabulary,
        int hidden,
        int layers,
        int heads,
        int keyValueHeads,
        int headDimensions,
        int intermediate,
        int context,
        double normEpsilon,
        boolean tiedHead,
        Biases biases,
        Rope rope,
        boolean fusedProjections,
        boolean normedQueriesAndKeys,
        int window,
        Set<Integer> layersWithoutRope,
        Multipliers multipliers,
        Set<Long> endTokens)
        implements ModelSpec {

    /// Which linear layers carry a bias.
    public record Biases(boolean queryKeyValue, boolean attentionOut, boolean feedForward) {}

    /// Factors on the embedding, products of queries and keys, what a layer adds, and the logits.
    public record Multipliers(double embedding, double attention, double residual, double logits) {}

    public static final int UNBOUNDED = Integer.MAX_VALUE;
    public static final String EMBEDDING = "model.embed_tokens.weight";
    public static final String FINAL_NORM = "model.norm.weight";
    public static final String HEAD = "lm_head.weight";

    public DecoderSpec {
        layersWithoutRope = Set.copyOf(layersWithoutRope);
        endTokens = Set.copyOf(endTokens);
    }

    public int queryWidth() {
        return heads * headDimensions;
    }

    public int keyValueWidth() {
        return keyValueHeads * headDimensions;
    }

    public static String layer(int index) {
        return "model.layers." + index + ".";
    }

    @Override
    public Map<String, List<Long>> tensors() {
        var all = new LinkedHashMap<String, List<Long>>();
        all.put(EMBEDDING, shape(vocabulary, hidden));
        for (int l = 0; l < layers; l++) {
            var at = layer(l);
            all.put(at + "input_layernorm.weight", shape(hidden));
            attention(all, at + "self_attn.");
            all.put(at + "post_attention_layernorm.weight", shape(hidden));
            feedForward(all, at + "mlp.");
        }
        all.put(FINAL_NORM, shape(hidden));
        if (!tiedHead) {
            all.put(HEAD, shape(vocabulary, hidden));
        }
        return all;
    }

    private void attention(Map<String, List<Long>> all, String at) {
        boolean bias = biases.queryKeyValue();
        if (fusedProjections) {
            linear(all, at + "qkv_proj", queryWidth() + 2L * keyValueWidth(), hidden, bias);
        } else {
            linear(all, at + "q_proj", queryWidth(), hidden, bias);
            linear(all, at + "k_proj", keyValueWidth(), hidden, bias);
            linear(all, at + "v_proj", keyValueWidth(), hidden, bias);
        }
        linear(all, at + "o_proj", hidden, queryWidth(), biases.attentionOut());
        if (normedQueriesAndKeys) {
            all.put(at + "q_norm.weight", shape(headDimensions));
            all.put(at + "k_norm.weight", shape(headDimensions));
        }
    }

    private void feedForward(Map<String, List<Long>> all, String at) {
        boolean bias = biases.feedForward();
        if (fusedProjections) {
            linear(all, at + "gate_up_proj", 2L * intermediate, hidden, bias);
        } else {
            linear(all, at + "gate_proj", intermediate, hidden, bias);
            linear(all, at + "up_proj", intermediate, hidden, bias);
        }
        linear(all, at + "down_proj", hidden, intermediate, bias);
    }

    private static void linear(
            Map<String, List<Long>> all, String name, long rows, long columns, boolean bias) {
        all.put(name + ".weight", shape(rows, columns));
        if (bias) {
            all.put(name + ".bias", shape(rows));
        }
    }

    private static List<Long> shape(long... sizes) {
        return Arrays.stream(sizes).boxed().toList();
    }

    /// Copies of the tied head, and tables of older exports that the configuration tells as well.
    @Override
    public boolean ignores(String tensor) {
        return (tiedHead && tensor.equals(HEAD)) || tensor.endsWith(".rotary_emb.inv_freq");
    }

    static Set<Long> endTokens(List<Long> fromConfig, List<Long> fromGeneration) {
        var all = new HashSet<>(fromConfig);
        all.addAll(fromGeneration);
        return all;
    }

    @Override
    public int dimensions() {
        return hidden;
    }
}
