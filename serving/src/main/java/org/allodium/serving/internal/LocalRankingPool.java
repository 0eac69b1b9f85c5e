package org.allodium.serving.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.engine.Ranker;
import org.allodium.engine.TokenPair;
import org.allodium.sovereignty.PoolId;

/// A ranker in this process.
final class LocalRankingPool implements RankingPool, LocalPool {
    /// Pairs per call of the engine: enough to fill it, few enough for others to come in between.
    private static final int GROUP = 32;

    private final Copy copy;
    private final Ranker ranker;
    private final Queue queue;
    private volatile Model.State state = Model.State.READY;

    LocalRankingPool(Copy copy, Ranker ranker, Queue queue) {
        this.copy = copy;
        this.ranker = ranker;
        this.queue = queue;
    }

    @Override
    public TokenPair tokens(String query, String document) {
        return ranker.encode(query, document);
    }

    @Override
    public float[] score(List<TokenPair> pairs, Runnable beforeEachGroup) throws Broken {
        var scores = new float[pairs.size()];
        for (int from = 0; from < scores.length; from += GROUP) {
            beforeEachGroup.run();
            var group = group(pairs.subList(from, Math.min(scores.length, from + GROUP)));
            System.arraycopy(group, 0, scores, from, group.length);
        }
        return scores;
    }

    private float[] group(List<TokenPair> pairs) throws Broken {
        try {
            return ranker.score(pairs);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new Broken(e);
        }
    }

    @Override
    public PoolId pool() {
        return copy.pool();
    }

    @Override
    public String digest() {
        return copy.digest();
    }

    @Override
    public Model.Precision precision() {
        return copy.precision();
    }

    @Override
    public Model.State state() {
        return state;
    }

    @Override
    public int waiting() {
        return queue.inside().get();
    }

    @Override
    public Optional<Seat> enter() {
        return queue.enter();
    }

    @Override
    public Duration expectedWait() {
        return queue.expectedWait();
    }

    @Override
    public void takeNoMore() {
        state = Model.State.OFFLINE;
    }

    @Override
    public void close() {
        takeNoMore();
        ranker.close();
    }
}
