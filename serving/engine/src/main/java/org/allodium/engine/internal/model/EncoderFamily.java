package org.allodium.engine.internal.model;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.EncoderSpec.Head;
import org.allodium.engine.internal.model.EncoderSpec.Numbering;
import org.allodium.engine.internal.model.EncoderSpec.Output;
import org.allodium.engine.internal.model.EncoderSpec.Shortening;

/// Reads the configuration of encoders and of rankers, which are encoders with a head.
final class EncoderFamily {
    private static final String RANKER = "ForSequenceClassification";
    private static final List<String> ARCHITECTURES =
            List.of(
                    "BertModel",
                    "BertForMaskedLM",
                    "BertForSequenceClassification",
                    "RobertaModel",
                    "RobertaForMaskedLM",
                    "RobertaForSequenceClassification",
                    "XLMRobertaModel",
                    "XLMRobertaForMaskedLM",
                    "XLMRobertaForSequenceClassification");

    private EncoderFamily() {}

    static List<String> architectures() {
        return ARCHITECTURES;
    }

    static boolean knows(String architecture) {
        return ARCHITECTURES.contains(architecture);
    }

    static EncoderSpec spec(Path dir, String architecture, Settings config) {
        config.allowOnly("hidden_act", "gelu");
        config.allowOnly("position_embedding_type", "absolute");
        if (config.flag("is_decoder")) {
            throw new ModelRefused(
                    "The key is_decoder in " + config.file() + " is true for an encoder.");
        }
        int hidden = config.requireSize("hidden_size", Sizes.WIDTH);
        int heads = config.requireSize("num_attention_heads", Sizes.HEADS);
        if (hidden % heads != 0) {
            throw config.wrong("num_attention_heads", "a divisor of hidden_size");
        }
        boolean roberta = architecture.contains("Roberta");
        boolean ranks = architecture.endsWith(RANKER);
        int positions = config.requireSize("max_position_embeddings", Sizes.POSITIONS);
        var numbering = roberta ? Numbering.behind(padding(config)) : Numbering.FROM_ZERO;
        var files = SentenceFiles.read(dir, hidden);
        int context = Math.min(positions - numbering.first(), files.maxTokens());
        if (context < 1) {
            throw config.wrong("max_position_embeddings", "larger than pad_token_id + 1");
        }
        return new EncoderSpec(
                architecture,
                ranks ? (roberta ? "roberta." : "bert.") : "",
                config.requireSize("vocab_size", Sizes.VOCABULARY),
                hidden,
                config.requireSize("num_hidden_layers", Sizes.LAYERS),
                heads,
                config.requireSize("intermediate_size", Sizes.WIDTH),
                positions,
                config.sizeOr("type_vocab_size", 2, Sizes.WIDTH),
                config.numberOr("layer_norm_eps", 1e-12),
                context,
                numbering,
                ranks
                        ? score(config, roberta ? Head.DENSE : Head.POOLER)
                        : new Output.Vector(
                                files.pooling(),
                                files.normalised(),
                                shortening(config),
                                files.text()));
    }

    private static int padding(Settings config) {
        var ids = config.longs("pad_token_id");
        if (ids.isEmpty()) {
            return 1;
        }
        if (ids.size() != 1 || ids.getFirst() < 0 || ids.getFirst() > Integer.MAX_VALUE - 1) {
            throw config.wrong("pad_token_id", "one id");
        }
        return Math.toIntExact(ids.getFirst());
    }

    /// Without a list of labels there are two, as the library has it that wrote the file.
    private static Output.Score score(Settings config, Head head) {
        int labels = config.has("id2label") ? config.node("id2label").size() : 2;
        labels = config.intOr("num_labels", labels);
        if (labels != 1) {
            throw new ModelRefused(
                    "The key id2label in %s names %d labels, but a ranking model has exactly one."
                            .formatted(config.file(), labels));
        }
        return new Output.Score(head, sigmoid(config));
    }

    /// What the makers apply to the number, by the last part of its Python name.
    private static boolean sigmoid(Settings config) {
        var key = "sbert_ce_default_activation_function";
        var named =
                config.object("sentence_transformers")
                        .flatMap(s -> s.text("activation_fn"))
                        .or(() -> config.text(key))
                        .orElse("torch.nn.modules.activation.Sigmoid");
        return switch (named.substring(named.lastIndexOf('.') + 1)) {
            case "Sigmoid" -> true;
            case "Identity" -> false;
            default ->
                    throw new ModelRefused(
                            "The activation %s in %s is not supported (only Sigmoid, Identity)."
                                    .formatted(named, config.file()));
        };
    }

    /// Only a model trained for it keeps its meaning when its vectors are cut.
    private static Shortening shortening(Settings config) {
        var lengths = new TreeSet<Integer>();
        for (long length : config.longs("matryoshka_dimensions")) {
            if (length < 1 || length > Integer.MAX_VALUE) {
                throw config.wrong("matryoshka_dimensions", "a list of lengths");
            }
            lengths.add((int) length);
        }
        boolean any = lengths.isEmpty() && config.flag("is_matryoshka");
        return any || !lengths.isEmpty() ? new Shortening(any, lengths) : Shortening.NONE;
    }
}
