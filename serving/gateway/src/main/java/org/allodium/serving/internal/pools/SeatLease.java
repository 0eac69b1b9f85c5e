package org.allodium.serving.internal.pools;

import org.allodium.sovereignty.PoolPlace;

/// A seat taken on a pool until it is closed, and where that pool stands.
public record SeatLease(ModelPool pool, PoolPlace place, ModelPool.Seat seat)
        implements AutoCloseable {
    @Override
    public void close() {
        seat.close();
    }
}
