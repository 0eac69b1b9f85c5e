package org.allodium.engine;

import java.util.List;

/// Hears a generation. All methods are called in order from a thread of its own that may block,
/// never from the compute thread. A listener that throws cancels its generation.
public interface GenerationListener {
    /// A piece of text: never empty, never half a character, never part of a stop text.
    /// @param completionTokensSoFar tokens sampled up to this piece
    void onText(String text, int completionTokensSoFar);

    /// A piece with its tokens. Whoever wants to hear tokens overrides this; all others hear its
    /// text by [#onText].
    default void onPiece(GenerationPiece piece) {
        if (!piece.text().isEmpty()) {
            onText(piece.text(), piece.completionTokensSoFar());
        }
    }

    /// The tokens of the prompt with their probabilities, once and before all pieces, if the
    /// request wanted them.
    default void onPrompt(List<TokenScore> prompt) {}

    /// Exactly once, and nothing after it.
    void onEnd(GenerationResult result);
}
