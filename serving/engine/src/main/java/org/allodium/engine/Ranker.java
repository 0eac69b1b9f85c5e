package org.allodium.engine;

import java.util.List;

/// A loaded copy of a model that reads a query and a document together and says how well they fit.
/// Safe for many threads: what they ask for at the same time is computed together.
public interface Ranker extends LoadedModel {
    /// Token ids of both texts with the special tokens the model wants; never truncated.
    TokenPair encode(String query, String document);

    /// One score per pair, in order: between 0 and 1, unless the model's files ask for the plain
    /// number. What a score says does not depend on the other pairs.
    /// @throws IllegalArgumentException if a pair is empty, too long, or has an unknown id
    float[] score(List<TokenPair> pairs);
}
