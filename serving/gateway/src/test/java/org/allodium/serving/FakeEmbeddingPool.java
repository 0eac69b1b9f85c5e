package org.allodium.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.allodium.catalog.Model;
import org.allodium.serving.internal.pools.EmbeddingPool;
import org.allodium.sovereignty.PoolId;

/// Embeds a text as its length, a half and -1; vectors may be cut to two numbers. One token per
/// character; the vocabulary has a hundred.
public final class FakeEmbeddingPool implements EmbeddingPool {
    public final List<List<Long>> embedded = new ArrayList<>();
    public boolean broken;
    public int tokenized;
    public Runnable afterEach = () -> {};
    private final PoolId pool;

    public FakeEmbeddingPool(PoolId pool) {
        this.pool = pool;
    }

    @Override
    public List<Long> tokens(String text) {
        tokenized++;
        return LongStream.range(0, text.length()).boxed().toList();
    }

    @Override
    public int mostBytesPerToken() {
        return 4;
    }

    @Override
    public boolean knows(long token) {
        return token >= 0 && token < 100;
    }

    @Override
    public boolean makes(int dimensions) {
        return dimensions == 3 || dimensions == 2;
    }

    @Override
    public List<float[]> embed(
            List<List<Long>> inputs, int dimensions, LongConsumer beforeEachGroup) throws Broken {
        if (broken) {
            throw new Broken(new IllegalStateException("torch"));
        }
        var vectors = new ArrayList<float[]>();
        for (var input : inputs) {
            beforeEachGroup.accept(embedded.stream().mapToLong(List::size).sum());
            vectors.add(Arrays.copyOf(new float[] {input.size(), 0.5f, -1}, dimensions));
            embedded.add(input);
            afterEach.run();
        }
        return vectors;
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
