package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.catalog.Model;
import org.allodium.engine.TokenPair;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.serving.RankAnswer.Ranked;
import org.allodium.serving.internal.InferenceSteps;
import org.allodium.serving.internal.InferenceSteps.Choice;
import org.allodium.serving.internal.InferenceSteps.Demands;
import org.allodium.serving.internal.ModelPool;
import org.allodium.serving.internal.RankingPool;
import org.allodium.serving.internal.ReceiptDraft;
import org.allodium.serving.internal.Refusals;
import org.allodium.serving.internal.ServingMeters;
import org.allodium.tenancy.Anyone;

/// The use case behind ranking: the same way as [Embeddings], for the order of documents. Tokens
/// are counted pair by pair, since the model reads the query anew with each document.
@ApplicationScoped
public class Rankings {
    private static final String OPERATION = "rerank";
    private static final int MOST_TOKENS = 300_000;

    @Inject InferenceSteps steps;
    @Inject ServingMeters meters;
    @Inject Clock clock;

    /// Blocks until the scores are there. Refusals are thrown as [Refusal].
    @Anyone
    public RankAnswer rank(RankCommand command) {
        var counted = steps.count(command.caller());
        var model = steps.find(command.caller(), command.model(), Model.Modality.RANKING);
        var watch = new Watch(meters, clock, OPERATION, model.name());
        try {
            var demands = Demands.of(false, command.residency(), command.dataClass());
            var choice = steps.choose(counted, model, demands);
            var pairs = pairs(command, model, pool(choice.ready().getFirst()));
            return compute(command, choice, demands, pairs, watch);
        } finally {
            watch.stop();
        }
    }

    private RankAnswer compute(
            RankCommand command,
            Choice choice,
            Demands demands,
            List<TokenPair> pairs,
            Watch watch) {
        long tokens = pairs.stream().mapToLong(pair -> pair.ids().length).sum();
        try (var run = steps.admit(choice, "rank-", tokens, 0);
                var place = steps.enter(choice)) {
            Runnable look = () -> steps.demandStillPermitted(choice, demands, place.pool().pool());
            var scores = scores(pool(place.pool()), pairs, look, watch);
            look.run();
            var settled =
                    run.settle(0, false, Outcome.COMPLETED, ReceiptDraft.outcome(place.facts()));
            watch.tokens(tokens, 0);
            watch.answered("completed");
            var start =
                    choice.start(
                            run.id(),
                            clock.instant(),
                            place.facts(),
                            false,
                            steps.rate(choice.counted()));
            int most = command.best().orElse(scores.length);
            return new RankAnswer(start, best(scores, most), tokens, settled);
        }
    }

    private static float[] scores(
            RankingPool pool, List<TokenPair> pairs, Runnable look, Watch watch) {
        try {
            return pool.score(pairs, look);
        } catch (RankingPool.Broken e) {
            watch.answered("failed");
            throw new CloudException(
                    ErrorCode.UPSTREAM_FAILED,
                    "The model failed before anything was sent. Nothing is charged.",
                    null,
                    e);
        }
    }

    /// Documents of the same score stay in the order in which they came.
    private static List<Ranked> best(float[] scores, int most) {
        return IntStream.range(0, scores.length)
                .mapToObj(i -> new Ranked(i, scores[i]))
                .sorted(Comparator.comparing(Ranked::score).reversed())
                .limit(most)
                .toList();
    }

    private static List<TokenPair> pairs(RankCommand command, Model model, RankingPool pool) {
        var pairs = new ArrayList<TokenPair>(command.documents().size());
        long tokens = 0;
        for (int i = 0; i < command.documents().size(); i++) {
            var pair = pool.tokens(command.query(), command.documents().get(i));
            int length = pair.ids().length;
            if (length > model.contextLength()) {
                throw Refusals.contextExceeded(
                        length, 0, model.contextLength(), "documents[" + i + "]");
            }
            tokens += length;
            if (tokens > MOST_TOKENS) {
                throw Refusals.invalid(
                        "One request ranks at most "
                                + MOST_TOKENS
                                + " tokens, the query counted with each document.",
                        "documents");
            }
            pairs.add(pair);
        }
        return pairs;
    }

    private static RankingPool pool(ModelPool pool) {
        if (pool instanceof RankingPool ranking) {
            return ranking;
        }
        throw new IllegalStateException("Pool " + pool.pool() + " ranks nothing");
    }
}
