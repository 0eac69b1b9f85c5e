package org.allodium.sovereignty;

import org.jspecify.annotations.Nullable;

/// A place with machines. `country` is ISO 3166-1, `area` ISO 3166-2. Its operator can touch what
/// stands there.
public record Facility(
        String id, String name, String country, @Nullable String area, String operator)
        implements Fact {
    @Override
    public String key() {
        return id;
    }
}
