package org.allodium.engine.internal.model;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.DecoderSpec.Biases;
import org.allodium.engine.internal.model.DecoderSpec.Multipliers;

/// The decoder families, and what each reads from `config.json` apart from the common keys.
enum DecoderFamily {
    LLAMA("LlamaForCausalLM"),
    MISTRAL("MistralForCausalLM"),
    QWEN2("Qwen2ForCausalLM"),
    QWEN3("Qwen3ForCausalLM"),
    GRANITE("GraniteForCausalLM"),
    SMOLLM3("SmolLM3ForCausalLM"),
    PHI3("Phi3ForCausalLM");

    private static final int NO_ROPE_INTERVAL = 4;

    private final String architecture;

    DecoderFamily(String architecture) {
        this.architecture = architecture;
    }

    static boolean knows(String architecture) {
        return architectures().contains(architecture);
    }

    static List<String> architectures() {
        return Arrays.stream(values()).map(f -> f.architecture).toList();
    }

    static DecoderSpec spec(String architecture, Settings config, Set<Long> endTokens) {
        var family =
                Arrays.stream(values())
                        .filter(f -> f.architecture.equals(architecture))
                        .findFirst()
                        .orElseThrow();
        return family.spec(config, endTokens);
    }

    private DecoderSpec spec(Settings config, Set<Long> endTokens) {
        config.allowOnly("hidden_act", "silu");
        int hidden = config.requireSize("hidden_size", Sizes.WIDTH);
        int layers = config.requireSize("num_hidden_layers", Sizes.LAYERS);
        int heads = config.requireSize("num_attention_heads", Sizes.HEADS);
        int keyValueHeads = config.sizeOr("num_key_value_heads", heads, Sizes.HEADS);
        int headDimensions =
                config.sizeOr(
                        "head_dim", this == QWEN3 ? 128 : Math.max(1, hidden / heads), Sizes.HEAD);
        if (heads % keyValueHeads != 0) {
            throw config.wrong("num_key_value_heads", "a divisor of num_attention_heads");
        }
        if (headDimensions % 2 != 0) {
            throw config.wrong("head_dim", "even");
        }
        return new DecoderSpec(
                architecture,
                config.requireSize("vocab_size", Sizes.VOCABULARY),
                hidden,
                layers,
                heads,
                keyValueHeads,
                headDimensions,
                config.requireSize("intermediate_size", Sizes.WIDTH),
                config.requireSize("max_position_embeddings", Sizes.POSITIONS),
                config.requireNumber("rms_norm_eps"),
                // A configuration leaves out what its class has as default.
                config.has("tie_word_embeddings")
                        ? config.flag("tie_word_embeddings")
                        : this == SMOLLM3,
                biases(config),
                Rope.of(config),
                this == PHI3,
                this == QWEN3,
                window(config),
                this == SMOLLM3 ? layersWithoutRope(config, layers) : Set.of(),
                multipliers(config, headDimensions),
                endTokens);
    }

    private Biases biases(Settings config) {
        boolean attention = config.flag("attention_bias");
        return switch (this) {
            case QWEN2 -> new Biases(true, false, false);
            case QWEN3 -> new Biases(attention, attention, false);
            case MISTRAL, PHI3 -> new Biases(false, false, false);
            case LLAMA, GRANITE, SMOLLM3 ->
                    new Biases(attention, attention, config.flag("mlp_bias"));
        };
    }

    private int window(Settings config) {
        var kinds = Set.copyOf(config.texts("layer_types"));
        return switch (this) {
            case MISTRAL, PHI3 -> config.intOr("sliding_window", DecoderSpec.UNBOUNDED);
            case LLAMA, GRANITE -> DecoderSpec.UNBOUNDED;
            case QWEN2, QWEN3, SMOLLM3 -> {
                if (config.flag("use_sliding_window")) {
                    throw new ModelRefused(
                            "The key use_sliding_window in "
                                    + config.file()
                                    + " is true, which is not supported for "
                                    + architecture
                                    + ".");
                }
                if (!Set.of("full_attention").containsAll(kinds)) {
                    throw config.wrong("layer_types", "full_attention for every layer");
                }
                yield DecoderSpec.UNBOUNDED;
            }
        };
    }

    /// The list names the layers that do rotate by 1, against what its key says.
    private static Set<Integer> layersWithoutRope(Settings config, int layers) {
        int interval = config.intOr("no_rope_layer_interval", NO_ROPE_INTERVAL);
        var rotates = config.longs("no_rope_layers");
        if (!rotates.isEmpty() && rotates.size() != layers) {
            throw config.wrong("no_rope_layers", "as long as the model has layers");
        }
        return IntStream.range(0, layers)
                .filter(l -> rotates.isEmpty() ? (l + 1) % interval == 0 : rotates.get(l) == 0)
                .boxed()
                .collect(Collectors.toSet());
    }

    private Multipliers multipliers(Settings config, int headDimensions) {
        double plain = 1 / Math.sqrt(headDimensions);
        if (this != GRANITE) {
            return new Multipliers(1, plain, 1, 1);
        }
        double logits = config.numberOr("logits_scaling", 1);
        if (!(logits > 0)) {
            throw config.wrong("logits_scaling", "a positive number");
        }
        return new Multipliers(
                config.numberOr("embedding_multiplier", 1),
                config.numberOr("attention_multiplier", 1),
                config.numberOr("residual_multiplier", 1),
                1 / logits);
    }
}
