package org.allodium.serving.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.allodium.catalog.Model;
import org.allodium.engine.Encoder;
import org.allodium.sovereignty.PoolId;

/// An encoder in this process.
final class LocalEmbeddingPool implements EmbeddingPool, LocalPool {
    /// Inputs per call of the engine: enough to fill it, few enough for others to come in between.
    private static final int GROUP = 32;

    private final Copy copy;
    private final Encoder encoder;
    private final Queue queue;
    private volatile Model.State state = Model.State.READY;

    LocalEmbeddingPool(Copy copy, Encoder encoder, Queue queue) {
        this.copy = copy;
        this.encoder = encoder;
        this.queue = queue;
    }

    @Override
    public List<Long> tokens(String text) {
        return LongStream.of(encoder.encode(text)).boxed().toList();
    }

    @Override
    public boolean knows(long token) {
        return token >= 0 && token < encoder.description().vocabularySize();
    }

    @Override
    public boolean makes(int dimensions) {
        return encoder.makes(dimensions);
    }

    @Override
    public List<float[]> embed(List<List<Long>> inputs, int dimensions, Runnable beforeEachGroup)
            throws Broken {
        var vectors = new ArrayList<float[]>(inputs.size());
        for (int from = 0; from < inputs.size(); from += GROUP) {
            beforeEachGroup.run();
            var group = inputs.subList(from, Math.min(inputs.size(), from + GROUP));
            vectors.addAll(group(group, dimensions));
        }
        return vectors;
    }

    private List<float[]> group(List<List<Long>> inputs, int dimensions) throws Broken {
        try {
            return encoder.embed(inputs.stream().map(LocalEmbeddingPool::ids).toList(), dimensions);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new Broken(e);
        }
    }

    private static long[] ids(List<Long> tokens) {
        return tokens.stream().mapToLong(Long::longValue).toArray();
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
        encoder.close();
    }
}
