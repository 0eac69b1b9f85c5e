package org.allodium.serving.internal;

import org.allodium.catalog.Model;
import org.allodium.sovereignty.PoolId;

/// A pool that lives in this process and ends with it.
sealed interface LocalPool extends AutoCloseable
        permits LocalChatPool, LocalEmbeddingPool, LocalRankingPool {
    /// Running requests go on; new ones are not offered any more.
    void takeNoMore();

    int waiting();

    /// Which files run where, and how their weights are kept.
    record Copy(PoolId pool, String digest, Model.Precision precision) {}

    @Override
    void close();
}
