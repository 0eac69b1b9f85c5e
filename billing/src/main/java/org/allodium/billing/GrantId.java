package org.allodium.billing;

import java.util.UUID;

public record GrantId(UUID value) {
    public static GrantId of(String text) {
        return new GrantId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
