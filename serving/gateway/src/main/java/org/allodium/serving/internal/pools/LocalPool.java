package org.allodium.serving.internal.pools;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.engine.Computing;
import org.allodium.engine.InstructionSet;
import org.allodium.engine.LoadedModel;
import org.allodium.evidence.Receipt;
import org.allodium.sovereignty.PoolId;

/// A pool that lives in this process and ends with it: what is the same whatever a model makes.
public abstract sealed class LocalPool implements AutoCloseable
        permits LocalChatPool, LocalEmbeddingPool, LocalRankingPool {
    private final Copy copy;
    private final LoadedModel loaded;
    private final Queue queue;
    private volatile Model.State state = Model.State.READY;

    LocalPool(Copy copy, LoadedModel loaded, Queue queue) {
        this.copy = copy;
        this.loaded = loaded;
        this.queue = queue;
    }

    /// Which files run where, and how their weights are kept.
    /// @param instructions what operators use of the processor; empty on another device
    record Copy(
            PoolId pool,
            String digest,
            Model.Precision precision,
            Optional<InstructionSet> instructions) {}

    public final PoolId pool() {
        return copy.pool();
    }

    public final String digest() {
        return copy.digest();
    }

    public final Model.Precision precision() {
        return copy.precision();
    }

    public final Optional<Receipt.Computing> computesWith() {
        var with = computing();
        return Optional.of(
                new Receipt.Computing(
                        with.operators(),
                        copy.instructions().map(InstructionSet::tag),
                        with.precision().name().toLowerCase(Locale.ROOT)));
    }

    public final Model.State state() {
        return state;
    }

    public final int waiting() {
        return queue.inside().get();
    }

    public final Optional<ModelPool.Seat> enter() {
        return queue.enter();
    }

    public final Duration expectedWait() {
        return queue.expectedWait();
    }

    /// Running requests go on; new ones are not offered any more.
    public final void takeNoMore() {
        state = Model.State.OFFLINE;
    }

    public final Computing computing() {
        return loaded.computing();
    }

    public final int mostBytesPerToken() {
        return loaded.mostBytesPerToken();
    }

    /// Returns the native memory.
    @Override
    public final void close() {
        takeNoMore();
        loaded.close();
    }
}
