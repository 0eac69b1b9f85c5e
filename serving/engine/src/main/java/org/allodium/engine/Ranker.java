package org.allodium.engine;

import java.util.List;

/// A loaded copy of a model that reads a query and a document together and says how well they fit.
/// Safe for many threads: what they ask for at the same time is computed together.
public interface Ranker extends AutoCloseable {
    ModelDescription description();

    /// What it computes with.
    Computing computing();

    /// The most bytes of text that one token stands for: a text with more than so many for each
    /// token of the context cannot fit, and need not be read to know it. Where the tokenizer's file
    /// lets texts lose characters on their way, this is what tokens are taken to stand for.
    int mostBytesPerToken();

    /// Token ids of both texts with the special tokens the model wants; never truncated.
    TokenPair encode(String query, String document);

    /// One score per pair, in order: between 0 and 1, unless the model's files ask for the plain
    /// number. What a score says does not depend on the other pairs.
    /// @throws IllegalArgumentException if a pair is empty, longer than the context, or has an
    /// unknown id
    float[] score(List<TokenPair> pairs);

    /// Waits for computations under way, then returns native memory.
    @Override
    void close();
}
