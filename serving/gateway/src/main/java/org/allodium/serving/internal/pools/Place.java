package org.allodium.serving.internal.pools;

import org.allodium.sovereignty.PoolPlace;

/// A seat taken on a pool.
public record Place(ModelPool pool, PoolPlace facts, ModelPool.Seat seat) implements AutoCloseable {
    @Override
    public void close() {
        seat.close();
    }
}
