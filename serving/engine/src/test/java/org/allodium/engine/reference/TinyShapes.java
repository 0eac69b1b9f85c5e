package org.allodium.engine.reference;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;

/// Names and shapes of all tensors of a model, as its makers name them.
final class TinyShapes {
    private final Family family;
    private final JsonNode config;
    private final SequencedMap<String, long[]> shapes = new LinkedHashMap<>();

    private TinyShapes(Family family, JsonNode config) {
        this.family = family;
        this.config = config;
    }

    static SequencedMap<String, long[]> of(Family family, JsonNode config) {
        var made = new TinyShapes(family, config);
        if (family.isDecoder()) {
            made.decoder();
        } else {
            made.encoder();
        }
        return made.shapes;
    }

    private long size(String key) {
        return config.required(key).asLong();
    }

    private boolean flag(String key) {
        return config.path(key).asBoolean(false);
    }

    private void decoder() {
        long hidden = size("hidden_size");
        shapes.put("model.embed_tokens.weight", new long[] {size("vocab_size"), hidden});
        for (int layer = 0; layer < size("num_hidden_layers"); layer++) {
            var at = "model.layers." + layer + ".";
            shapes.put(at + "input_layernorm.weight", new long[] {hidden});
            attention(at + "self_attn.", hidden);
            shapes.put(at + "post_attention_layernorm.weight", new long[] {hidden});
            long wide = size("intermediate_size");
            boolean bias = flag("mlp_bias");
            if (family.isFused()) {
                linear(at + "mlp.gate_up_proj", 2 * wide, hidden, false);
            } else {
                linear(at + "mlp.gate_proj", wide, hidden, bias);
                linear(at + "mlp.up_proj", wide, hidden, bias);
            }
            linear(at + "mlp.down_proj", hidden, wide, bias);
        }
        shapes.put("model.norm.weight", new long[] {hidden});
        if (!flag("tie_word_embeddings")) {
            shapes.put("lm_head.weight", new long[] {size("vocab_size"), hidden});
        }
    }

    private void attention(String at, long hidden) {
        long heads = size("num_attention_heads");
        long width = config.path("head_dim").asLong(hidden / heads);
        long queries = heads * width;
        long keys = size("num_key_value_heads") * width;
        boolean bias = flag("attention_bias");
        boolean inner = bias || family.biasesAttention();
        if (family.isFused()) {
            linear(at + "qkv_proj", queries + 2 * keys, hidden, false);
        } else {
            linear(at + "q_proj", queries, hidden, inner);
            linear(at + "k_proj", keys, hidden, inner);
            linear(at + "v_proj", keys, hidden, inner);
        }
        linear(at + "o_proj", hidden, queries, bias);
        if (family.normsHeads()) {
            shapes.put(at + "q_norm.weight", new long[] {width});
            shapes.put(at + "k_norm.weight", new long[] {width});
        }
    }

    private void encoder() {
        long hidden = size("hidden_size");
        var at = family.prefix();
        table(at + "embeddings.word_embeddings", size("vocab_size"), hidden);
        table(at + "embeddings.position_embeddings", size("max_position_embeddings"), hidden);
        table(at + "embeddings.token_type_embeddings", size("type_vocab_size"), hidden);
        norm(at + "embeddings.LayerNorm", hidden);
        for (int layer = 0; layer < size("num_hidden_layers"); layer++) {
            var here = at + "encoder.layer." + layer + ".";
            linear(here + "attention.self.query", hidden, hidden, true);
            linear(here + "attention.self.key", hidden, hidden, true);
            linear(here + "attention.self.value", hidden, hidden, true);
            linear(here + "attention.output.dense", hidden, hidden, true);
            norm(here + "attention.output.LayerNorm", hidden);
            linear(here + "intermediate.dense", size("intermediate_size"), hidden, true);
            linear(here + "output.dense", hidden, size("intermediate_size"), true);
            norm(here + "output.LayerNorm", hidden);
        }
        if (!family.isRanker() || !family.isRoberta()) {
            linear(at + "pooler.dense", hidden, hidden, true);
        }
        if (family.isRanker()) {
            long labels = config.path("id2label").size();
            if (family.isRoberta()) {
                linear("classifier.dense", hidden, hidden, true);
                linear("classifier.out_proj", labels, hidden, true);
            } else {
                linear("classifier", labels, hidden, true);
            }
        }
    }

    private void table(String name, long rows, long columns) {
        shapes.put(name + ".weight", new long[] {rows, columns});
    }

    private void norm(String name, long width) {
        shapes.put(name + ".weight", new long[] {width});
        shapes.put(name + ".bias", new long[] {width});
    }

    private void linear(String name, long rows, long columns, boolean bias) {
        shapes.put(name + ".weight", new long[] {rows, columns});
        if (bias) {
            shapes.put(name + ".bias", new long[] {rows});
        }
    }
}
