package org.allodium.serving;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.allodium.catalog.Model;
import org.allodium.engine.TokenPair;
import org.allodium.serving.internal.pools.RankingPool;
import org.allodium.sovereignty.PoolId;

/// Finds a document the better the longer it is. One token per character.
public final class FakeRankingPool implements RankingPool {
    public boolean broken;
    public int tokenized;
    private final PoolId pool;

    public FakeRankingPool(PoolId pool) {
        this.pool = pool;
    }

    @Override
    public TokenPair tokens(String query, String document) {
        tokenized++;
        int length = query.length() + document.length();
        return new TokenPair(new long[length], new long[length]);
    }

    @Override
    public int mostBytesPerToken() {
        return 4;
    }

    @Override
    public float[] score(List<TokenPair> pairs, LongConsumer beforeEachGroup) throws Broken {
        beforeEachGroup.accept(0);
        if (broken) {
            throw new Broken(new IllegalStateException("torch"));
        }
        var scores = new float[pairs.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = pairs.get(i).ids().length / 10f;
        }
        return scores;
    }

    @Override
    public PoolId pool() {
        return pool;
    }

    @Override
    public String digest() {
        return "sha256:" + "ab".repeat(32);
    }

    @Override
    public Model.Precision precision() {
        return Model.Precision.AUTO;
    }

    @Override
    public Model.State state() {
        return Model.State.READY;
    }

    @Override
    public int waiting() {
        return 0;
    }

    @Override
    public Optional<Seat> enter() {
        return Optional.of(() -> {});
    }

    @Override
    public Duration expectedWait() {
        return Duration.ZERO;
    }
}
