package org.allodium.serving.internal.pools;

import java.util.List;
import java.util.function.LongConsumer;
import org.allodium.engine.Ranker;
import org.allodium.engine.TokenPair;

/// A ranker in this process.
final class LocalRankingPool extends LocalPool implements RankingPool {
    /// Pairs per call of the engine: enough to fill it, few enough for others to come in between.
    private static final int GROUP = 32;

    private final Ranker ranker;

    LocalRankingPool(Copy copy, Ranker ranker, Queue queue) {
        super(copy, ranker, queue);
        this.ranker = ranker;
    }

    @Override
    public TokenPair tokens(String query, String document) {
        return ranker.encode(query, document);
    }

    @Override
    public float[] score(List<TokenPair> pairs, LongConsumer beforeEachGroup) throws Broken {
        var scores = new float[pairs.size()];
        long computed = 0;
        for (int from = 0; from < scores.length; from += GROUP) {
            beforeEachGroup.accept(computed);
            var part = pairs.subList(from, Math.min(scores.length, from + GROUP));
            var group = group(part);
            System.arraycopy(group, 0, scores, from, group.length);
            computed += part.stream().mapToLong(pair -> pair.ids().length).sum();
        }
        return scores;
    }

    private float[] group(List<TokenPair> pairs) throws Broken {
        try {
            var scores = ranker.score(pairs);
            Broken.demandFinite(scores);
            return scores;
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new Broken(e);
        }
    }
}
