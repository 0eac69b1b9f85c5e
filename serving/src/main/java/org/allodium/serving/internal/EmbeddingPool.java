package org.allodium.serving.internal;

import java.util.List;

/// A pool that turns texts into vectors.
public non-sealed interface EmbeddingPool extends ModelPool {
    /// Token ids with the special tokens that the model wants around a text.
    List<Long> tokens(String text);

    /// Whether the model's vocabulary has such a token.
    boolean knows(long token);

    /// One vector of length 1 per input, in order. Blocks until it is computed. `beforeEachGroup`
    /// is asked before inputs go to the engine; what it throws ends the work.
    List<float[]> embed(List<List<Long>> inputs, Runnable beforeEachGroup) throws Broken;

    /// The computation failed; nothing of it left the pool.
    final class Broken extends Exception {
        public Broken(Throwable cause) {
            super(cause);
        }
    }
}
