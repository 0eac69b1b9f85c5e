package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.allodium.catalog.Model;
import org.allodium.kernel.Refused;
import org.allodium.serving.OnePass.Task;
import org.allodium.serving.OnePass.Work;
import org.allodium.serving.internal.pools.EmbeddingPool;
import org.allodium.serving.internal.pools.ModelPool;
import org.allodium.tenancy.Anyone;

/// The use case behind embeddings: the same way as [Completions], for vectors.
@ApplicationScoped
public class Embeddings {
    public static final String IDS = "embd-";

    private static final int MOST_TOKENS = 300_000;

    @Inject OnePass pass;

    /// Blocks until the vectors are there. Refusals are thrown as [Refused].
    @Anyone
    public EmbeddingAnswer embed(EmbedCommand command) {
        return answer(pass.run(command, new Embedding(command)));
    }

    /// For one who let the request in before reading it, and closes the arrival.
    @Anyone
    public EmbeddingAnswer embed(Arrival arrival, EmbedCommand command, Client client) {
        return answer(pass.run(arrival, command, new Embedding(command), client));
    }

    private static EmbeddingAnswer answer(OnePass.Passed<List<float[]>> passed) {
        return new EmbeddingAnswer(
                passed.start(), passed.result(), passed.tokens(), passed.settled());
    }

    private record Sized(List<List<Long>> inputs, int dimensions) {
        Sized {
            inputs = List.copyOf(inputs);
        }
    }

    private record Embedding(EmbedCommand command) implements Task<Sized, List<float[]>> {
        @Override
        public String operation() {
            return "embeddings";
        }

        @Override
        public String prefix() {
            return IDS;
        }

        @Override
        public Model.Modality modality() {
            return Model.Modality.EMBEDDING;
        }

        @Override
        public Work<Sized> work(Model model, ModelPool any) {
            var pool = embedding(any);
            int dimensions = dimensions(command, model, pool);
            var inputs = tokens(command, model, pool);
            long tokens = inputs.stream().mapToLong(List::size).sum();
            return new Work<>(new Sized(inputs, dimensions), tokens);
        }

        @Override
        public List<float[]> compute(ModelPool pool, Sized sized, LongConsumer look)
                throws ModelPool.Broken {
            return embedding(pool).embed(sized.inputs(), sized.dimensions(), look);
        }
    }

    private static List<List<Long>> tokens(EmbedCommand command, Model model, EmbeddingPool pool) {
        Fit.check(command, model, pool);
        var inputs = new ArrayList<List<Long>>(command.inputs().size());
        long tokens = 0;
        for (int i = 0; i < command.inputs().size(); i++) {
            var param = Refusals.param("input", i, command.inputs().size());
            var ids =
                    switch (command.inputs().get(i)) {
                        case TextInput.Text(var text) -> pool.tokens(text);
                        case TextInput.Tokens given -> given.known(pool::knows, param);
                    };
            if (ids.size() > model.contextLength()) {
                throw Refusals.contextExceeded(ids.size(), 0, model.contextLength(), param);
            }
            tokens += ids.size();
            if (tokens > MOST_TOKENS) {
                throw Refused.invalid("input", "serving.embeds-at-most", MOST_TOKENS);
            }
            inputs.add(ids);
        }
        return inputs;
    }

    private static int dimensions(EmbedCommand command, Model model, EmbeddingPool pool) {
        int wanted = command.dimensions().orElse(model.dimensions());
        if (!pool.makes(wanted)) {
            throw Refused.invalid(
                    "dimensions",
                    "serving.other-dimensions",
                    model.name(),
                    model.dimensions(),
                    wanted);
        }
        return wanted;
    }

    private static EmbeddingPool embedding(ModelPool pool) {
        if (pool instanceof EmbeddingPool embedding) {
            return embedding;
        }
        throw new IllegalStateException("Pool " + pool.pool() + " makes no embeddings");
    }
}
