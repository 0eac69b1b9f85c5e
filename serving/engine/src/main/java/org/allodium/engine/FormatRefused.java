package org.allodium.engine;

import java.util.Objects;

/// A prescribed form that the engine cannot keep with this model. The message is one sentence that
/// names what is not supported; it repeats keywords and names of the schema, no values.
public final class FormatRefused extends RuntimeException {
    private final String place;

    /// @param place where in the schema, as `properties.age.minimum`; empty for the whole
    public FormatRefused(String place, String sentence) {
        super(sentence);
        this.place = place;
    }

    public String place() {
        return place;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
