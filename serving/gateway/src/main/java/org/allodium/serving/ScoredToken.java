package org.allodium.serving;

import java.util.List;
import java.util.OptionalDouble;

/// A token of a prompt or an answer.
/// @param text its bytes as text; half a character shows as the replacement character
/// @param bytes its bytes, 0 to 255
/// @param logprob empty where none was wanted, and for the first token of a prompt
/// @param top the likeliest tokens in its place, the likeliest first, as many as were wanted
public record ScoredToken(
        long id, String text, List<Integer> bytes, OptionalDouble logprob, List<ScoredToken> top) {
    public ScoredToken {
        bytes = List.copyOf(bytes);
        top = List.copyOf(top);
    }
}
