package org.allodium.engine.internal.encoder;

import org.allodium.engine.internal.model.EncoderSpec;

/// One input of an encoder.
/// @param types as long as `ids`, or empty if all tokens are of the first type
@SuppressWarnings("ArrayRecordComponent") // Passed on to the computation, never compared.
record EncoderInput(long[] ids, long[] types) {
    int length() {
        return ids.length;
    }

    /// @throws IllegalArgumentException if the model cannot take it
    void check(EncoderSpec spec) {
        if (ids.length == 0 || ids.length > spec.context()) {
            throw new IllegalArgumentException(
                    "An input has %d tokens, the model takes 1 to %d"
                            .formatted(ids.length, spec.context()));
        }
        for (long id : ids) {
            if (id < 0 || id >= spec.vocabulary()) {
                throw new IllegalArgumentException("The model has no token " + id);
            }
        }
        for (long type : types) {
            // A table of one row stands for models that do not tell types apart.
            if (type < 0 || type >= Math.max(2, spec.tokenTypes())) {
                throw new IllegalArgumentException("The model has no token type " + type);
            }
        }
    }
}
