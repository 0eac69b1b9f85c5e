package org.allodium.serving.internal.pools;

import java.util.List;
import java.util.function.LongConsumer;
import org.allodium.engine.TokenPair;

/// A pool that scores documents against a query.
public non-sealed interface RankingPool extends ModelPool {
    /// Both texts' token ids with the special tokens that the model wants.
    TokenPair tokens(String query, String document);

    /// One score per pair, in order. Blocks until they are computed. `beforeEachGroup` hears
    /// how many tokens are computed, before more go to the engine; what it throws ends the work.
    float[] score(List<TokenPair> pairs, LongConsumer beforeEachGroup) throws Broken;
}
