package org.allodium.sovereignty;

/// The stable name of a pool, such as `norrhamn-cpu`.
public record PoolId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
