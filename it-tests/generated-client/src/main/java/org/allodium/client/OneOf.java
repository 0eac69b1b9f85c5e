package org.allodium.client;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// A text or a list of texts, a vector or its bytes: the generator has no class for a value of
/// several forms of which one is a list.
public record OneOf(@JsonValue Object value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public OneOf {}

    /// As generated classes have it; nothing of the kind stands in an address.
    public String toUrlQueryString(String prefix) {
        throw new UnsupportedOperationException(prefix);
    }
}
