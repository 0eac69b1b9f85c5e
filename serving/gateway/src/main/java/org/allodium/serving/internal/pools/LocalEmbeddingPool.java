package org.allodium.serving.internal.pools;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.allodium.engine.Encoder;

/// An encoder in this process.
final class LocalEmbeddingPool extends LocalPool implements EmbeddingPool {
    /// Inputs per call of the engine: enough to fill it, few enough for others to come in between.
    private static final int GROUP = 32;

    private final Encoder encoder;

    LocalEmbeddingPool(Copy copy, Encoder encoder, Queue queue) {
        super(copy, encoder, queue);
        this.encoder = encoder;
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
    public List<float[]> embed(
            List<List<Long>> inputs, int dimensions, LongConsumer beforeEachGroup) throws Broken {
        var vectors = new ArrayList<float[]>(inputs.size());
        long computed = 0;
        for (int from = 0; from < inputs.size(); from += GROUP) {
            beforeEachGroup.accept(computed);
            var group = inputs.subList(from, Math.min(inputs.size(), from + GROUP));
            vectors.addAll(group(group, dimensions));
            computed += group.stream().mapToLong(List::size).sum();
        }
        return vectors;
    }

    private List<float[]> group(List<List<Long>> inputs, int dimensions) throws Broken {
        try {
            var vectors =
                    encoder.embed(
                            inputs.stream().map(LocalEmbeddingPool::ids).toList(), dimensions);
            for (var vector : vectors) {
                Broken.demandFinite(vector);
            }
            return vectors;
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new Broken(e);
        }
    }

    private static long[] ids(List<Long> tokens) {
        return tokens.stream().mapToLong(Long::longValue).toArray();
    }
}
