package org.allodium.sovereignty;

/// Where a pool's machines stand. What it does with data, its processing activities say.
public record PoolFacts(String pool, String facility) implements Fact {
    public PoolFacts {
        if (pool.equals(ProcessingActivity.INSTALLATION.value())) {
            throw new IllegalArgumentException("No pool may bear the installation's name");
        }
    }

    @Override
    public String key() {
        return pool;
    }

    public PoolId id() {
        return new PoolId(pool);
    }
}
