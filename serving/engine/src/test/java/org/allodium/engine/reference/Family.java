package org.allodium.engine.reference;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The model families of which small random models can be written, each with the keys that set it
/// apart.
public enum Family {
    LLAMA("LlamaForCausalLM", "llama", ""),
    LLAMA3_ROPE(
            "LlamaForCausalLM",
            "llama",
            """
            "rope_theta": 500000.0,
            "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
              "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
            """),
    LLAMA_LINEAR_ROPE(
            "LlamaForCausalLM",
            "llama",
            """
            "rope_scaling": {"type": "linear", "factor": 2.0}
            """),
    MISTRAL("MistralForCausalLM", "mistral", "\"sliding_window\": 16"),
    QWEN2("Qwen2ForCausalLM", "qwen2", "\"rope_theta\": 1000000.0, \"use_sliding_window\": false"),
    QWEN3(
            "Qwen3ForCausalLM",
            "qwen3",
            "\"head_dim\": 32, \"attention_bias\": false, \"rope_theta\": 1000000.0"),
    GRANITE(
            "GraniteForCausalLM",
            "granite",
            """
            "embedding_multiplier": 12.0, "attention_multiplier": 0.125,
            "residual_multiplier": 0.22, "logits_scaling": 8.0
            """),
    SMOLLM3(
            "SmolLM3ForCausalLM",
            "smollm3",
            "\"no_rope_layers\": [1, 0], \"no_rope_layer_interval\": 2, \"use_sliding_window\": false"),
    PHI3(
            "Phi3ForCausalLM",
            "phi3",
            "\"sliding_window\": 20, \"original_max_position_embeddings\": 512"),
    BERT("BertModel", "bert", ""),
    ROBERTA("RobertaModel", "roberta", ""),
    XLM_ROBERTA("XLMRobertaModel", "xlm-roberta", ""),
    BERT_RANKER("BertForSequenceClassification", "bert", ""),
    ROBERTA_RANKER("RobertaForSequenceClassification", "roberta", ""),
    XLM_ROBERTA_RANKER("XLMRobertaForSequenceClassification", "xlm-roberta", "");

    private static final String DECODER =
            """
            {"hidden_act": "silu", "hidden_size": 64, "intermediate_size": 160,
             "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
             "max_position_embeddings": 512, "rms_norm_eps": 1e-05, "vocab_size": 768,
             "bos_token_id": 1, "eos_token_id": 2, "tie_word_embeddings": false, "use_cache": true}
            """;
    private static final String ENCODER =
            """
            {"hidden_act": "gelu", "hidden_size": 64, "intermediate_size": 128,
             "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 768,
             "max_position_embeddings": 128, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
             "pad_token_id": 0, "position_embedding_type": "absolute"}
            """;

    private final String architecture;
    private final String modelType;
    private final String own;

    Family(String architecture, String modelType, String own) {
        this.architecture = architecture;
        this.modelType = modelType;
        this.own = own;
    }

    public boolean isDecoder() {
        return architecture.endsWith("ForCausalLM");
    }

    boolean isRanker() {
        return architecture.endsWith("ForSequenceClassification");
    }

    boolean isRoberta() {
        return modelType.endsWith("roberta");
    }

    boolean isFused() {
        return this == PHI3;
    }

    boolean normsHeads() {
        return this == QWEN3;
    }

    boolean biasesAttention() {
        return this == QWEN2;
    }

    /// What stands before the encoder's tensors where a head stands beside them.
    String prefix() {
        if (!isRanker()) {
            return "";
        }
        return isRoberta() ? "roberta." : "bert.";
    }

    ObjectNode config() {
        var config = object(isDecoder() ? DECODER : ENCODER);
        config.putArray("architectures").add(architecture);
        config.put("model_type", modelType);
        if (isRoberta()) {
            config.put("pad_token_id", 1).put("type_vocab_size", 1).put("layer_norm_eps", 1e-5);
            config.put("max_position_embeddings", 130);
        }
        if (isRanker()) {
            config.putObject("id2label").put("0", "LABEL_0");
            config.putObject("label2id").put("LABEL_0", 0);
        }
        config.setAll(object("{" + own + "}"));
        return config;
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }
}
