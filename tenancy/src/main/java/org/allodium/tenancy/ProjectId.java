package org.allodium.tenancy;

import java.util.UUID;

public record ProjectId(UUID value) {
    public static ProjectId of(String text) {
        return new ProjectId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
