package org.allodium.engine;

import java.util.List;

/// Hears a generation. All methods are called in order from a thread of its own that may block,
/// never from the compute thread. A listener that throws cancels its generation.
public interface GenerationListener {
    /// A piece of text: never empty, never half a character, never part of a stop text.
    void onText(String text, int completionTokensSoFar);

    /// A piece with its tokens, for who overrides this; others hear its text by [#onText].
    default void onPiece(GenerationPiece piece) {
        if (!piece.text().isEmpty()) {
            onText(piece.text(), piece.completionTokensSoFar());
        }
    }

    /// The prompt's tokens with probabilities, once, before all pieces, if the request wants them.
    default void onPrompt(List<TokenScore> prompt) {}

    /// Exactly once, and nothing after it.
    void onEnd(GenerationResult result);
}
