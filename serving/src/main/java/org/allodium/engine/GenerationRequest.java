package org.allodium.engine;

import java.util.List;

/// One continuation to compute.
///
/// @param promptTokens at least one token id
/// @param maxTokens the most tokens to generate, at least 1; prompt and answer must fit the context
/// @param stop texts at which generation ends; the text itself is not returned
public record GenerationRequest(
        List<Long> promptTokens, int maxTokens, Sampling sampling, List<String> stop) {
    public GenerationRequest {
        promptTokens = List.copyOf(promptTokens);
        stop = List.copyOf(stop);
        if (promptTokens.isEmpty()) {
            throw new IllegalArgumentException("A prompt needs at least one token");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens must be at least 1");
        }
        if (stop.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("A stop text must not be empty");
        }
    }
}
