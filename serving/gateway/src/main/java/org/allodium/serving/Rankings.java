package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.allodium.catalog.Model;
import org.allodium.engine.TokenPair;
import org.allodium.kernel.Refused;
import org.allodium.serving.OnePass.Task;
import org.allodium.serving.OnePass.Work;
import org.allodium.serving.RankAnswer.Ranked;
import org.allodium.serving.internal.pools.ModelPool;
import org.allodium.serving.internal.pools.RankingPool;
import org.allodium.tenancy.Anyone;

/// The use case behind ranking: the same way as [Embeddings], for the order of documents. Tokens
/// are counted pair by pair, since the model reads the query anew with each document.
@ApplicationScoped
public class Rankings {
    public static final String IDS = "rank-";

    private static final int MOST_TOKENS = 300_000;

    @Inject OnePass pass;

    /// Blocks until the scores are there. Refusals are thrown as [Refused].
    @Anyone
    public RankAnswer rank(RankCommand command) {
        return answer(command, pass.run(command, new Ranking(command)));
    }

    /// For one who let the request in before reading it, and closes the arrival.
    @Anyone
    public RankAnswer rank(Arrival arrival, RankCommand command, Client client) {
        return answer(command, pass.run(arrival, command, new Ranking(command), client));
    }

    private static RankAnswer answer(RankCommand command, OnePass.Passed<float[]> passed) {
        var scores = passed.result();
        return new RankAnswer(
                passed.start(),
                best(scores, command.best().orElse(scores.length)),
                passed.tokens(),
                passed.settled());
    }

    private record Ranking(RankCommand command) implements Task<List<TokenPair>, float[]> {
        @Override
        public String operation() {
            return "rerank";
        }

        @Override
        public String prefix() {
            return IDS;
        }

        @Override
        public Model.Modality modality() {
            return Model.Modality.RANKING;
        }

        @Override
        public Work<List<TokenPair>> work(Model model, ModelPool pool) {
            var pairs = pairs(command, model, ranking(pool));
            return new Work<>(pairs, pairs.stream().mapToLong(pair -> pair.ids().length).sum());
        }

        @Override
        public float[] compute(ModelPool pool, List<TokenPair> pairs, LongConsumer look)
                throws ModelPool.Broken {
            return ranking(pool).score(pairs, look);
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
        Fit.check(command, model, pool);
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
                throw Refused.invalid("documents", "serving.ranks-at-most", MOST_TOKENS);
            }
            pairs.add(pair);
        }
        return pairs;
    }

    private static RankingPool ranking(ModelPool pool) {
        if (pool instanceof RankingPool ranking) {
            return ranking;
        }
        throw new IllegalStateException("Pool " + pool.pool() + " ranks nothing");
    }
}
