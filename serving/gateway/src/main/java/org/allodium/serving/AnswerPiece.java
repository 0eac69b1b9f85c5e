package org.allodium.serving;

import java.util.List;
import org.allodium.engine.ToolCall;

/// A piece of an answer, or a whole prompt.
/// @param text may be empty where tokens bring none
/// @param tokens those since the last piece, if tokens are wanted
/// @param calls tools that the model asks to be called, whole by now
public record AnswerPiece(
        String text, List<ScoredToken> tokens, int tokensSoFar, List<ToolCall> calls) {
    public AnswerPiece {
        tokens = List.copyOf(tokens);
        calls = List.copyOf(calls);
    }

    public AnswerPiece(String text, List<ScoredToken> tokens, int tokensSoFar) {
        this(text, tokens, tokensSoFar, List.of());
    }
}
