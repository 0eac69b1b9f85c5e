package org.allodium.engine;

/// How a generation ended and what was computed.
///
/// @param completionTokens all sampled tokens, the end-of-sequence token and those of a stop text
/// included
public record GenerationResult(FinishReason reason, int promptTokens, int completionTokens) {

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
