package org.allodium.serving.internal.pools;

import java.util.List;
import java.util.function.LongConsumer;

/// A pool that turns texts into vectors.
public non-sealed interface EmbeddingPool extends ModelPool {
    /// Token ids with the special tokens that the model wants around a text.
    List<Long> tokens(String text);

    /// Whether the model's vocabulary has such a token.
    boolean knows(long token);

    /// Whether the model makes vectors of this length, or its files allow a cut to it.
    boolean makes(int dimensions);

    /// One vector of so many numbers per input, in order. Blocks. `beforeEachGroup` hears how many
    /// tokens are computed, before more go to the engine; what it throws ends the work.
    List<float[]> embed(List<List<Long>> inputs, int dimensions, LongConsumer beforeEachGroup)
            throws Broken;
}
