package org.allodium.engine;

import java.util.Objects;

/// A model directory that cannot be run as it is. The message is one sentence that names the file
/// and the tensor or key at fault; it holds no text of users, so importers may see it.
public final class ModelRefused extends RuntimeException {
    public ModelRefused(String sentence) {
        super(sentence);
    }

    public ModelRefused(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
