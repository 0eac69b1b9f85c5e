package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.catalog.Model;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.serving.internal.EmbeddingPool;
import org.allodium.serving.internal.InferenceSteps;
import org.allodium.serving.internal.InferenceSteps.Choice;
import org.allodium.serving.internal.InferenceSteps.Counted;
import org.allodium.serving.internal.InferenceSteps.Demands;
import org.allodium.serving.internal.ModelPool;
import org.allodium.serving.internal.ReceiptDraft;
import org.allodium.serving.internal.Refusals;
import org.allodium.serving.internal.ServingMeters;
import org.allodium.tenancy.Anyone;

/// The use case behind embeddings: the same way as [Completions], for vectors.
@ApplicationScoped
public class Embeddings {
    private static final String OPERATION = "embeddings";
    private static final int MOST_TOKENS = 300_000;

    @Inject InferenceSteps steps;
    @Inject ServingMeters meters;
    @Inject Clock clock;

    /// Blocks until the vectors are there. Refusals are thrown as [Refusal].
    @Anyone
    public EmbeddingAnswer embed(EmbedCommand command) {
        var counted = steps.count(command.caller());
        var model = steps.find(command.caller(), command.model(), Model.Modality.EMBEDDING);
        var watch = new Watch(meters, clock, OPERATION, model.name());
        try {
            return run(command, counted, model, watch);
        } finally {
            watch.stop();
        }
    }

    private EmbeddingAnswer run(EmbedCommand command, Counted counted, Model model, Watch watch) {
        var demands = Demands.of(false, command.residency(), command.dataClass());
        var choice = steps.choose(counted, model, demands);
        var pool = pool(choice.ready().getFirst());
        int dimensions = dimensions(command, model, pool);
        var inputs = tokens(command, model, pool);
        long tokens = inputs.stream().mapToLong(List::size).sum();
        if (tokens > MOST_TOKENS) {
            throw Refusals.invalid(
                    "One request embeds at most "
                            + MOST_TOKENS
                            + " tokens; this one has "
                            + tokens
                            + ".",
                    "input");
        }
        return compute(choice, demands, new Work(inputs, tokens, dimensions), watch);
    }

    private EmbeddingAnswer compute(Choice choice, Demands demands, Work work, Watch watch) {
        try (var run = steps.admit(choice, "embd-", work.tokens(), 0);
                var place = steps.enter(choice)) {
            Runnable look = () -> steps.demandStillPermitted(choice, demands, place.pool().pool());
            var vectors = vectors(pool(place.pool()), work, look, watch);
            look.run();
            var settled =
                    run.settle(0, false, Outcome.COMPLETED, ReceiptDraft.outcome(place.facts()));
            watch.tokens(work.tokens(), 0);
            watch.answered("completed");
            var start =
                    choice.start(
                            run.id(),
                            clock.instant(),
                            place.facts(),
                            false,
                            steps.rate(choice.counted()));
            return new EmbeddingAnswer(start, vectors, work.tokens(), settled);
        }
    }

    private static List<float[]> vectors(
            EmbeddingPool pool, Work work, Runnable look, Watch watch) {
        try {
            return pool.embed(work.inputs(), work.dimensions(), look);
        } catch (EmbeddingPool.Broken e) {
            watch.answered("failed");
            throw new CloudException(
                    ErrorCode.UPSTREAM_FAILED,
                    "The model failed before anything was sent. Nothing is charged.",
                    null,
                    e);
        }
    }

    private static List<List<Long>> tokens(EmbedCommand command, Model model, EmbeddingPool pool) {
        var inputs = new ArrayList<List<Long>>(command.inputs().size());
        for (int i = 0; i < command.inputs().size(); i++) {
            var param = command.inputs().size() == 1 ? "input" : "input[" + i + "]";
            var ids =
                    switch (command.inputs().get(i)) {
                        case EmbedCommand.Input.Text(var text) -> pool.tokens(text);
                        case EmbedCommand.Input.Tokens(var given) -> known(given, pool, param);
                    };
            if (ids.size() > model.contextLength()) {
                throw Refusals.contextExceeded(ids.size(), 0, model.contextLength(), param);
            }
            inputs.add(ids);
        }
        return inputs;
    }

    private static List<Long> known(List<Long> ids, EmbeddingPool pool, String param) {
        for (long id : ids) {
            if (!pool.knows(id)) {
                throw Refusals.invalid("The model has no token " + id + ".", param);
            }
        }
        return ids;
    }

    private static int dimensions(EmbedCommand command, Model model, EmbeddingPool pool) {
        int wanted = command.dimensions().orElse(model.dimensions());
        if (!pool.makes(wanted)) {
            throw Refusals.invalid(
                    "The model `"
                            + model.name()
                            + "` makes vectors of "
                            + model.dimensions()
                            + " dimensions, and its files do not allow them to be cut to "
                            + wanted
                            + ".",
                    "dimensions");
        }
        return wanted;
    }

    private static EmbeddingPool pool(ModelPool pool) {
        if (pool instanceof EmbeddingPool embedding) {
            return embedding;
        }
        throw new IllegalStateException("Pool " + pool.pool() + " makes no embeddings");
    }

    private record Work(List<List<Long>> inputs, long tokens, int dimensions) {}
}
