package org.allodium.engine;

import java.util.List;

/// A loaded copy of a sentence-embedding model. Safe for many threads: what they ask for at the
/// same time is computed together.
public interface Encoder extends LoadedModel {
    /// Token ids with the special tokens the model wants around a text, and with the prompt that
    /// its makers put before it; never truncated.
    long[] encode(String text);

    /// Whether [#embed(List, int)] makes this length: the model's own, or a cut its files allow.
    boolean makes(int dimensions);

    /// One vector per input, in order. Its length is 1, unless the model's files name modules
    /// without a normalising one. What a vector says does not depend on the other inputs.
    /// @throws IllegalArgumentException if an input is empty, too long, or has an unknown id
    default List<float[]> embed(List<long[]> inputs) {
        return embed(inputs, description().embeddingDimensions());
    }

    /// Vectors cut to their first `dimensions` numbers and brought to length 1 again.
    /// @throws IllegalArgumentException also if the model does not make such vectors
    List<float[]> embed(List<long[]> inputs, int dimensions);
}
