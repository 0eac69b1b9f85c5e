package org.allodium.engine;

/// Hears a generation. Both methods are called in order from a thread of its own that may block,
/// never from the compute thread. A listener that throws cancels its generation.
public interface GenerationListener {
    /// A piece of text: never empty, never half a character, never part of a stop text.
    ///
    /// @param completionTokensSoFar tokens sampled up to this piece
    void onText(String text, int completionTokensSoFar);

    /// Exactly once, and nothing after it.
    void onEnd(GenerationResult result);
}
