package org.allodium.engine;

/// A copy of a model in this process, whatever it makes.
public interface LoadedModel extends AutoCloseable {
    ModelDescription description();

    Computing computing();

    /// The most bytes of text that one token stands for: a text with more than so many for each
    /// token of the context cannot fit, and need not be read to know it. Where the tokenizer's file
    /// lets texts lose characters on their way, this is what tokens are taken to stand for.
    int mostBytesPerToken();

    /// Waits for computations under way, then returns native memory.
    @Override
    void close();
}
