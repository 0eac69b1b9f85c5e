package org.allodium.serving.internal;

/// A pool that lives in this process and ends with it.
sealed interface LocalPool extends AutoCloseable
        permits LocalChatPool, LocalEmbeddingPool, LocalRankingPool {
    /// Running requests go on; new ones are not offered any more.
    void takeNoMore();

    int waiting();

    @Override
    void close();
}
