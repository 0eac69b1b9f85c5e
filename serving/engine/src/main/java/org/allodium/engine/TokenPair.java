package org.allodium.engine;

/// Two texts as the token ids of one input.
/// @param types of each id's text: 0 or 1; models that do not tell them apart have 0 throughout
@SuppressWarnings("ArrayRecordComponent") // Handed from the tokenizer to the model, never compared.
public record TokenPair(long[] ids, long[] types) {
    public TokenPair {
        if (ids.length != types.length) {
            throw new IllegalArgumentException("Each token has one type");
        }
    }
}
