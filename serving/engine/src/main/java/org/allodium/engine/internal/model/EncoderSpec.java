package org.allodium.engine.internal.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The shape of a BERT or RoBERTa encoder and of what it puts out, and the tensors that follow.
/// @param base what stands before the encoder's own tensors where a head's stand beside them
public record EncoderSpec(
        String architecture,
        String base,
        int vocabulary,
        int hidden,
        int layers,
        int heads,
        int intermediate,
        int positions,
        int tokenTypes,
        double normEpsilon,
        int context,
        Numbering numbering,
        Output output)
        implements ModelSpec {

    /// How positions are numbered. A token with the padding's id stands at the padding's position
    /// and is not counted; BERT knows no such token.
    /// @param padding the id of the padding token, or -1
    /// @param first the position of the first token
    public record Numbering(long padding, int first) {
        public static final Numbering FROM_ZERO = new Numbering(-1, 0);

        /// RoBERTa counts from the position behind the padding's.
        static Numbering behind(int padding) {
            return new Numbering(padding, padding + 1);
        }

        public long[] positions(long[] ids) {
            var positions = new long[ids.length];
            int next = first;
            for (int i = 0; i < ids.length; i++) {
                positions[i] = ids[i] == padding ? padding : next++;
            }
            return positions;
        }
    }

    /// What becomes of the vectors of all tokens.
    public sealed interface Output {
        /// One vector for the input.
        record Vector(Pooling pooling, boolean normalised, Shortening shortening, Text text)
                implements Output {}

        /// One number for a pair of texts.
        record Score(Head head, boolean sigmoid) implements Output {}
    }

    /// How the vectors of all tokens become one.
    public enum Pooling {
        MEAN,
        FIRST_TOKEN
    }

    /// Which tensors the head of a ranking model has.
    public enum Head {
        /// BERT's pooler, then one layer.
        POOLER,
        /// RoBERTa's two layers.
        DENSE
    }

    /// To which lengths a vector may be cut.
    /// @param any whether every length is allowed; else only `lengths` are
    public record Shortening(boolean any, Set<Integer> lengths) {
        static final Shortening NONE = new Shortening(false, Set.of());

        public Shortening {
            lengths = Set.copyOf(lengths);
        }
    }

    /// What is done to a text before it becomes tokens.
    public record Text(String prompt, boolean lowerCase) {}

    static final String WORDS = "embeddings.word_embeddings.weight";

    public String layer(int index) {
        return base + "encoder.layer." + index + ".";
    }

    public boolean ranks() {
        return output instanceof Output.Score;
    }

    @Override
    public Map<String, List<Long>> tensors() {
        var all = new LinkedHashMap<String, List<Long>>();
        long width = hidden;
        all.put(base + WORDS, List.of((long) vocabulary, width));
        all.put(base + "embeddings.position_embeddings.weight", List.of((long) positions, width));
        all.put(
                base + "embeddings.token_type_embeddings.weight",
                List.of((long) tokenTypes, width));
        norm(all, base + "embeddings.LayerNorm");
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
        if (output instanceof Output.Score(Head head, boolean sigmoid)) {
            linear(all, firstOf(head), width, width);
            linear(all, lastOf(head), 1, width);
        }
        return all;
    }

    public String firstOf(Head head) {
        return switch (head) {
            case POOLER -> base + "pooler.dense";
            case DENSE -> "classifier.dense";
        };
    }

    public static String lastOf(Head head) {
        return switch (head) {
            case POOLER -> "classifier";
            case DENSE -> "classifier.out_proj";
        };
    }

    private void norm(Map<String, List<Long>> all, String name) {
        all.put(name + ".weight", List.of((long) hidden));
        all.put(name + ".bias", List.of((long) hidden));
    }

    private static void linear(Map<String, List<Long>> all, String name, long rows, long columns) {
        all.put(name + ".weight", List.of(rows, columns));
        all.put(name + ".bias", List.of(rows));
    }

    /// What stands before all tensors in the files: an encoder may have been cut out of a model
    /// with a head, or lie within it.
    String prefix(Safetensors weights) {
        for (var prefix : List.of("bert.", "roberta.")) {
            if (!ranks() && weights.entries().containsKey(prefix + WORDS)) {
                return prefix;
            }
        }
        return "";
    }

    /// The heads of pre-training, and the constant position numbers of older exports.
    @Override
    public boolean ignores(String tensor) {
        return tensor.startsWith(base + "pooler.")
                || tensor.startsWith("cls.")
                || tensor.startsWith("lm_head.")
                || tensor.equals(base + "embeddings.position_ids");
    }

    @Override
    public int dimensions() {
        return ranks() ? 0 : hidden;
    }

    /// Whether it is the model's own length, or one that its files allow a cut to.
    public boolean makes(int length) {
        return length == hidden
                || (output instanceof Output.Vector vector
                        && length >= 1
                        && length < hidden
                        && (vector.shortening().any()
                                || vector.shortening().lengths().contains(length)));
    }
}
