package org.allodium.sovereignty;

/// Where a pool's machines stand. What it does with data, its processing activities say.
public record PoolFacts(String pool, String facility) implements Fact {
    @Override
    public String key() {
        return pool;
    }

    public PoolId id() {
        return new PoolId(pool);
    }
}
