package org.allodium.engine;

/// What a model directory says of itself, its configuration, tensors and tokenizer checked.
/// @param contextLength most tokens of prompt and answer (decoder) or of an input (encoder, ranker)
/// @param vocabularySize rows of the embedding table; the tokenizer may use fewer
/// @param embeddingDimensions of an encoder's vectors or a decoder's layers, 0 for a ranker
/// @param parameters numbers in all tensors that are used
public record ModelDescription(
        String architecture,
        Kind kind,
        int contextLength,
        int vocabularySize,
        int embeddingDimensions,
        long parameters,
        boolean hasTokenizer,
        boolean hasChatTemplate) {

    /// What the model makes of its input: a continuation, a vector, or of two texts a number.
    public enum Kind {
        DECODER,
        ENCODER,
        RANKER
    }
}
