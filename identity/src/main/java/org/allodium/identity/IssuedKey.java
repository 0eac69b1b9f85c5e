package org.allodium.identity;

/// Here alone the key exists outside its owner's hands. Never logged: toString hides it.
public record IssuedKey(ApiKeyRow row, String secret) {
    @Override
    public String toString() {
        return "IssuedKey[" + row.id() + "]";
    }
}
