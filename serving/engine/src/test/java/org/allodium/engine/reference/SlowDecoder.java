package org.allodium.engine.reference;

import static org.allodium.engine.reference.Formulas.attend;
import static org.allodium.engine.reference.Formulas.dot;
import static org.allodium.engine.reference.Formulas.linear;
import static org.allodium.engine.reference.Formulas.plus;
import static org.allodium.engine.reference.Formulas.rmsNorm;
import static org.allodium.engine.reference.Formulas.row;
import static org.allodium.engine.reference.Formulas.silu;

import java.nio.file.Path;
import java.util.Arrays;

/// Llama, Mistral, Qwen2, Qwen3, Granite, SmolLM3 and Phi-3 decoders, computed position by position
/// without any cache.
public final class SlowDecoder {
    private static final double[] NO_BIAS = {};

    private final ModelFiles files;
    private final int hidden;
    private final int layers;
    private final int heads;
    private final int keyValueHeads;
    private final int width;
    private final double epsilon;
    private final Rotation rotation;

    private SlowDecoder(Path dir) {
        files = new ModelFiles(dir);
        hidden = files.whole("hidden_size");
        layers = files.whole("num_hidden_layers");
        heads = files.whole("num_attention_heads");
        keyValueHeads = files.config().path("num_key_value_heads").asInt(heads);
        width = files.config().path("head_dim").asInt(hidden / heads);
        epsilon = files.number("rms_norm_eps", 1e-6);
        rotation = new Rotation(files.config(), width);
    }

    /// Logits at every position, `[position][vocabulary]`.
    public static float[][] logits(Path dir, long[] ids) {
        return new SlowDecoder(dir).logits(ids);
    }

    /// The likeliest next ids, each by a whole computation of all before it.
    public static long[] greedy(Path dir, long[] prompt, int tokens) {
        var decoder = new SlowDecoder(dir);
        var all = Arrays.copyOf(prompt, prompt.length + tokens);
        for (int at = prompt.length; at < all.length; at++) {
            var last = decoder.logits(Arrays.copyOf(all, at))[at - 1];
            int best = 0;
            for (int id = 1; id < last.length; id++) {
                best = last[id] > last[best] ? id : best;
            }
            all[at] = best;
        }
        return Arrays.copyOfRange(all, prompt.length, all.length);
    }

    private float[][] logits(long[] ids) {
        var embedding = files.tensor("model.embed_tokens.weight");
        var x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            x[t] = scaled(row(embedding, ids[t], hidden), files.number("embedding_multiplier", 1));
        }
        double share = files.number("residual_multiplier", 1);
        for (int layer = 0; layer < layers; layer++) {
            var at = "model.layers." + layer + ".";
            var attended = attention(layer, normed(x, at + "input_layernorm.weight"));
            for (int t = 0; t < x.length; t++) {
                x[t] = plus(x[t], attended[t], share);
            }
            var n = normed(x, at + "post_attention_layernorm.weight");
            for (int t = 0; t < x.length; t++) {
                x[t] = plus(x[t], feedForward(at + "mlp.", n[t]), share);
            }
        }
        var tied = files.config().path("tie_word_embeddings").asBoolean(false);
        var head = tied ? embedding : files.tensor("lm_head.weight");
        var rows = new float[ids.length][];
        var last = normed(x, "model.norm.weight");
        for (int t = 0; t < rows.length; t++) {
            rows[t] = floats(linear(head, NO_BIAS, last[t]), files.number("logits_scaling", 1));
        }
        return rows;
    }

    private double[][] attention(int layer, double[][] x) {
        var at = "model.layers." + layer + ".self_attn.";
        var queries = new double[x.length][][];
        var keys = new double[x.length][][];
        var values = new double[x.length][][];
        for (int t = 0; t < x.length; t++) {
            var joined = queryKeyValue(at, x[t]);
            queries[t] = placed(layer, joined, 0, heads, t, at + "q_norm.weight");
            keys[t] = placed(layer, joined, heads, keyValueHeads, t, at + "k_norm.weight");
            values[t] = split(joined, heads + keyValueHeads, keyValueHeads);
        }
        double scale = files.number("attention_multiplier", 1 / Math.sqrt(width));
        int window = window(layer);
        var out = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            int from = Math.max(0, t - window + 1);
            var mixed = new double[heads * width];
            for (int h = 0; h < heads; h++) {
                int group = h / (heads / keyValueHeads);
                var scores = new double[t - from + 1];
                var seen = new double[t - from + 1][];
                for (int s = from; s <= t; s++) {
                    scores[s - from] = scale * dot(queries[t][h], keys[s][group]);
                    seen[s - from] = values[s][group];
                }
                System.arraycopy(attend(scores, seen), 0, mixed, h * width, width);
            }
            out[t] = project(at + "o_proj", mixed);
        }
        return out;
    }

    private double[] queryKeyValue(String at, double[] x) {
        if (files.has(at + "qkv_proj.weight")) {
            return project(at + "qkv_proj", x);
        }
        return joined(
                joined(project(at + "q_proj", x), project(at + "k_proj", x)),
                project(at + "v_proj", x));
    }

    private double[][] placed(
            int layer, double[] joined, int from, int count, int position, String norm) {
        var split = split(joined, from, count);
        for (int h = 0; h < count; h++) {
            if (files.has(norm)) {
                split[h] = rmsNorm(split[h], files.tensor(norm), epsilon);
            }
            if (turns(layer)) {
                split[h] = rotation.turn(split[h], position);
            }
        }
        return split;
    }

    /// SmolLM3 leaves some layers without positions: those with a 0, every fourth if not listed.
    private boolean turns(int layer) {
        if (!files.architecture().equals("SmolLM3ForCausalLM")) {
            return true;
        }
        var listed = files.config().path("no_rope_layers");
        int interval = files.config().path("no_rope_layer_interval").asInt(4);
        return listed.isArray() ? listed.get(layer).asInt() == 1 : (layer + 1) % interval != 0;
    }

    /// How many positions a query sees, its own included.
    private int window(int layer) {
        var config = files.config();
        int all = Integer.MAX_VALUE / 2;
        int window = config.path("sliding_window").asInt(all);
        if (config.path("layer_types").isArray()) {
            return config.path("layer_types").get(layer).asString().equals("sliding_attention")
                    ? window
                    : all;
        }
        return switch (files.architecture()) {
            case "MistralForCausalLM", "Phi3ForCausalLM" -> window;
            case "Qwen2ForCausalLM", "Qwen3ForCausalLM" ->
                    config.path("use_sliding_window").asBoolean(false)
                                    && layer >= config.path("max_window_layers").asInt(28)
                            ? window
                            : all;
            default -> all;
        };
    }

    private double[] feedForward(String at, double[] x) {
        var both =
                files.has(at + "gate_up_proj.weight")
                        ? project(at + "gate_up_proj", x)
                        : joined(project(at + "gate_proj", x), project(at + "up_proj", x));
        var product = new double[both.length / 2];
        for (int i = 0; i < product.length; i++) {
            product[i] = silu(both[i]) * both[product.length + i];
        }
        return project(at + "down_proj", product);
    }

    private double[] project(String layer, double[] x) {
        var bias = layer + ".bias";
        return linear(
                files.tensor(layer + ".weight"), files.has(bias) ? files.tensor(bias) : NO_BIAS, x);
    }

    private double[][] normed(double[][] x, String weight) {
        var normed = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            normed[t] = rmsNorm(x[t], files.tensor(weight), epsilon);
        }
        return normed;
    }

    private double[][] split(double[] joined, int from, int count) {
        var split = new double[count][];
        for (int h = 0; h < count; h++) {
            split[h] = row(joined, from + h, width);
        }
        return split;
    }

    private static double[] joined(double[] a, double[] b) {
        var all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    private static double[] scaled(double[] x, double factor) {
        return Arrays.stream(x).map(v -> v * factor).toArray();
    }

    private static float[] floats(double[] x, double divisor) {
        var floats = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            floats[i] = (float) (x[i] / divisor);
        }
        return floats;
    }
}
