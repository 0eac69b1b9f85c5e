package org.allodium.engine;

/// How a generation ended and what was computed.
/// @param completionTokens all sampled, the end-of-sequence token and those of a stop text included
/// @param cachedTokens tokens of the prompt whose keys and values were kept from an earlier request
public record GenerationResult(
        FinishReason reason,
        int promptTokens,
        int completionTokens,
        int cachedTokens,
        ComputeUsage usage) {

    public GenerationResult(FinishReason reason, int promptTokens, int completionTokens) {
        this(reason, promptTokens, completionTokens, 0, ComputeUsage.NONE);
    }

    /// Why no further token comes.
    public enum FinishReason {
        /// The model ended its answer, or a stop text appeared.
        STOP,
        /// The request's maximum was reached.
        LENGTH,
        CANCELLED,
        /// The engine broke; its log says why.
        FAILED
    }
}
