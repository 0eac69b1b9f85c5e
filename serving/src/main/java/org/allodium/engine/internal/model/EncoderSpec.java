package org.allodium.engine.internal.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.allodium.engine.ModelRefused;

/// The shape of a BERT encoder with its pooling, and the tensors that follow from it.
public record EncoderSpec(
        String architecture,
        int vocabulary,
        int hidden,
        int layers,
        int heads,
        int intermediate,
        int positions,
        int tokenTypes,
        double normEpsilon,
        int context,
        Pooling pooling)
        implements ModelSpec {

    /// How the vectors of all tokens become one.
    public enum Pooling {
        MEAN,
        FIRST_TOKEN
    }

    static EncoderSpec of(String architecture, Settings config, int maxSequence, Pooling pooling) {
        config.allowOnly("hidden_act", "gelu");
        config.allowOnly("position_embedding_type", "absolute");
        if (config.flag("is_decoder")) {
            throw new ModelRefused(
                    "The key is_decoder in " + config.file() + " is true for an encoder.");
        }
        int hidden = config.requireInt("hidden_size");
        int heads = config.requireInt("num_attention_heads");
        if (hidden % heads != 0) {
            throw config.wrong("num_attention_heads", "a divisor of hidden_size");
        }
        int positions = config.requireInt("max_position_embeddings");
        return new EncoderSpec(
                architecture,
                config.requireInt("vocab_size"),
                hidden,
                config.requireInt("num_hidden_layers"),
                heads,
                config.requireInt("intermediate_size"),
                positions,
                config.intOr("type_vocab_size", 2),
                config.numberOr("layer_norm_eps", 1e-12),
                Math.min(positions, maxSequence),
                pooling);
    }

    static Pooling pooling(Settings file) {
        for (var mode : file.keysThatAreTrue("pooling_mode_")) {
            switch (mode) {
                case "pooling_mode_cls_token" -> {
                    return Pooling.FIRST_TOKEN;
                }
                case "pooling_mode_mean_tokens" -> {
                    return Pooling.MEAN;
                }
                default ->
                        throw new ModelRefused(
                                "The key "
                                        + mode
                                        + " in 1_Pooling/"
                                        + file.file()
                                        + " is not supported.");
            }
        }
        throw new ModelRefused("No pooling_mode_ key in 1_Pooling/" + file.file() + " is true.");
    }

    public static String layer(int index) {
        return "encoder.layer." + index + ".";
    }

    @Override
    public Map<String, List<Long>> tensors() {
        var all = new LinkedHashMap<String, List<Long>>();
        long width = hidden;
        all.put("embeddings.word_embeddings.weight", List.of((long) vocabulary, width));
        all.put("embeddings.position_embeddings.weight", List.of((long) positions, width));
        all.put("embeddings.token_type_embeddings.weight", List.of((long) tokenTypes, width));
        norm(all, "embeddings.LayerNorm");
        for (int l = 0; l < layers; l++) {
            var at = layer(l);
            linear(all, at + "attention.self.query", width, width);
            linear(all, at + "attention.self.key", width, width);
            linear(all, at + "attention.self.value", width, width);
            linear(all, at + "attention.output.dense", width, width);
            norm(all, at + "attention.output.LayerNorm");
            linear(all, at + "intermediate.dense", intermediate, width);
            linear(all, at + "output.dense", width, intermediate);
            norm(all, at + "output.LayerNorm");
        }
        return all;
    }

    private void norm(Map<String, List<Long>> all, String name) {
        all.put(name + ".weight", List.of((long) hidden));
        all.put(name + ".bias", List.of((long) hidden));
    }

    private static void linear(Map<String, List<Long>> all, String name, long rows, long columns) {
        all.put(name + ".weight", List.of(rows, columns));
        all.put(name + ".bias", List.of(rows));
    }

    /// The heads of pre-training, and the constant position numbers of older exports.
    @Override
    public boolean ignores(String tensor) {
        return tensor.startsWith("pooler.")
                || tensor.startsWith("cls.")
                || tensor.equals("embeddings.position_ids");
    }

    @Override
    public int dimensions() {
        return hidden;
    }
}
