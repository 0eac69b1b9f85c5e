package org.allodium.engine;

import java.util.List;

/// A piece of an answer.
/// @param text never half a character, never part of a stop text; may be empty where tokens bring
/// no text that may be shown, such as those of a stop text or of an end
/// @param tokens the tokens since the last piece: all pieces together hold all tokens
/// @param completionTokensSoFar tokens sampled up to this piece
public record GenerationPiece(String text, List<TokenScore> tokens, int completionTokensSoFar) {
    public GenerationPiece {
        tokens = List.copyOf(tokens);
    }
}
