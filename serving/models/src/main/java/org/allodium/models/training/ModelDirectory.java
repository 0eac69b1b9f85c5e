package org.allodium.models.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Lays the model out as a directory of a model hub: configuration, weights, generation defaults.
final class ModelDirectory {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private ModelDirectory() {}

    static void write(Path directory, GuideModel model) throws IOException {
        Files.createDirectories(directory);
        var shape = model.shape();
        JSON.writeValue(directory.resolve("config.json"), config(shape));
        JSON.writeValue(directory.resolve("generation_config.json"), generation());
        SafetensorsFile.write(directory.resolve("model.safetensors"), model.weights().named());
    }

    private static Map<String, Object> config(GuideShape shape) {
        var config = new TreeMap<String, Object>();
        config.put("architectures", new String[] {"LlamaForCausalLM"});
        config.put("model_type", "llama");
        config.put("vocab_size", shape.vocabulary());
        config.put("hidden_size", shape.hidden());
        config.put("intermediate_size", shape.intermediate());
        config.put("num_hidden_layers", shape.layers());
        config.put("num_attention_heads", shape.heads());
        config.put("num_key_value_heads", shape.heads());
        config.put("head_dim", shape.headSize());
        config.put("max_position_embeddings", shape.context());
        config.put("rope_theta", shape.ropeTheta());
        config.put("rms_norm_eps", shape.epsilon());
        config.put("hidden_act", "silu");
        config.put("attention_bias", false);
        config.put("mlp_bias", false);
        config.put("attention_dropout", 0.0);
        config.put("initializer_range", 0.02);
        config.put("tie_word_embeddings", true);
        config.put("torch_dtype", "bfloat16");
        config.put("use_cache", true);
        config.put("bos_token_id", null);
        config.put("eos_token_id", TokenizerFiles.END);
        config.put("pad_token_id", TokenizerFiles.PAD);
        return config;
    }

    private static Map<String, Object> generation() {
        var generation = new TreeMap<String, Object>();
        generation.put("do_sample", false);
        generation.put("eos_token_id", new int[] {TokenizerFiles.END, TokenizerFiles.PAD});
        generation.put("pad_token_id", TokenizerFiles.PAD);
        generation.put("max_new_tokens", 160);
        return generation;
    }
}
