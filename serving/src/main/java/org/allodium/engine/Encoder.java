package org.allodium.engine;

import java.util.List;

/// A loaded copy of a sentence-embedding model. Safe for many threads.
public interface Encoder extends AutoCloseable {
    ModelDescription description();

    /// Token ids with the special tokens the model wants around a text; never truncated.
    long[] encode(String text);

    /// One vector of length 1 per input, in order.
    ///
    /// @throws IllegalArgumentException if an input is empty, longer than the context, or has an
    /// unknown id
    List<float[]> embed(List<long[]> inputs);

    /// Waits for computations under way, then returns native memory.
    @Override
    void close();
}
