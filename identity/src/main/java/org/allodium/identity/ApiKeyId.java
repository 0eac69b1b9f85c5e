package org.allodium.identity;

import java.util.UUID;

public record ApiKeyId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
