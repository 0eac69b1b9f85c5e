package org.allodium.serving;

import java.util.List;

/// A piece of an answer, or a whole prompt.
///
/// @param text may be empty where tokens bring none
/// @param tokens those since the last piece, if tokens are wanted
/// @param tokensSoFar tokens of the answer up to this piece
public record AnswerPiece(String text, List<ScoredToken> tokens, int tokensSoFar) {
    public AnswerPiece {
        tokens = List.copyOf(tokens);
    }
}
