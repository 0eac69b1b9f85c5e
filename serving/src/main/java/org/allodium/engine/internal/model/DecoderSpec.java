package org.allodium.engine.internal.model;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.allodium.engine.ModelRefused;

/// The shape of a decoder of the Llama and Qwen2 families, and the tensors that follow from it.
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
        Set<Long> endTokens)
        implements ModelSpec {

    /// Which linear layers carry a bias.
    public record Biases(boolean queryKeyValue, boolean attentionOut, boolean feedForward) {}

    public static final String EMBEDDING = "model.embed_tokens.weight";
    public static final String FINAL_NORM = "model.norm.weight";
    public static final String HEAD = "lm_head.weight";

    static DecoderSpec of(String architecture, Settings config, Set<Long> endTokens) {
        boolean qwen = architecture.equals("Qwen2ForCausalLM");
        if (qwen && config.flag("use_sliding_window")) {
            throw new ModelRefused(
                    "The key use_sliding_window in "
                            + config.file()
                            + " is true, which is not supported.");
        }
        config.allowOnly("hidden_act", "silu");
        boolean attention = !qwen && config.flag("attention_bias");
        int hidden = config.requireInt("hidden_size");
        int heads = config.requireInt("num_attention_heads");
        int keyValueHeads = config.intOr("num_key_value_heads", heads);
        int headDimensions = config.intOr("head_dim", Math.max(1, hidden / heads));
        if (heads % keyValueHeads != 0) {
            throw config.wrong("num_key_value_heads", "a divisor of num_attention_heads");
        }
        if (headDimensions % 2 != 0) {
            throw config.wrong("head_dim", "even");
        }
        return new DecoderSpec(
                architecture,
                config.requireInt("vocab_size"),
                hidden,
                config.requireInt("num_hidden_layers"),
                heads,
                keyValueHeads,
                headDimensions,
                config.requireInt("intermediate_size"),
                config.requireInt("max_position_embeddings"),
                config.requireNumber("rms_norm_eps"),
                config.flag("tie_word_embeddings"),
                new Biases(qwen || attention, attention, !qwen && config.flag("mlp_bias")),
                Rope.of(config),
                Set.copyOf(endTokens));
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
            linear(all, at + "self_attn.q_proj", queryWidth(), hidden, biases.queryKeyValue());
            linear(all, at + "self_attn.k_proj", keyValueWidth(), hidden, biases.queryKeyValue());
            linear(all, at + "self_attn.v_proj", keyValueWidth(), hidden, biases.queryKeyValue());
            linear(all, at + "self_attn.o_proj", hidden, queryWidth(), biases.attentionOut());
            all.put(at + "post_attention_layernorm.weight", shape(hidden));
            linear(all, at + "mlp.gate_proj", intermediate, hidden, biases.feedForward());
            linear(all, at + "mlp.up_proj", intermediate, hidden, biases.feedForward());
            linear(all, at + "mlp.down_proj", hidden, intermediate, biases.feedForward());
        }
        all.put(FINAL_NORM, shape(hidden));
        if (!tiedHead) {
            all.put(HEAD, shape(vocabulary, hidden));
        }
        return all;
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

    /// Copies of the tied head, and tables that older exports carry and that follow from the
    /// configuration.
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
