package org.allodium.engine.internal.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.allodium.engine.internal.cache.KvCache;
import org.allodium.engine.internal.kernel.StepKernel.Segment;
import org.allodium.engine.internal.scheduler.Scheduler.Planned;

/// Adds guessed tokens to a step's answers. Each is a further row of its sequence; the draws then
/// tell how many of them were right, so that a step gives an answer several tokens, and the answer
/// stays what it would have been. Weights travel through memory once for all rows of a step, so
/// further rows are nearly free as long as there are few: measured on two cores, a step of a model
/// of half a billion weights takes in int8 16.6 ms with 1 row, 19.3 with 4, 27 with 16; in int4
/// 11.8, 13.9 and 25.6. See decision 0073.
final class SpeculativeDecoding {
    /// With so many rows of answers in a step, its arithmetic takes as long as its memory traffic;
    /// each one more would cost its full price. Rows of prompts do not count: what they take is
    /// bounded by itself, and guesses make them no smaller.
    static final int MOST_ROWS = 16;

    /// What a row adds to a step, as share of a step with one row: 4 to 8 % by the figures above.
    private static final double ROW = 0.06;

    private final KvCache cache;
    private final boolean wanted;

    /// @param wanted whether anything is guessed at all; what is certain to follow is taken in any
    /// case, since no row can change it
    SpeculativeDecoding(KvCache cache, boolean wanted) {
        this.cache = cache;
        this.wanted = wanted;
    }

    /// The plan with guesses, for whose tokens there is memory.
    List<Planned> add(List<Planned> plan) {
        int rows = (int) plan.stream().filter(Planned::decoded).count();
        if (rows == 0 || rows >= MOST_ROWS) {
            return plan;
        }
        var guesses =
                plan.stream().map(planned -> new Guess(planned, MOST_ROWS - rows, wanted)).toList();
        share(guesses, rows);
        return guesses.stream().map(Guess::end).toList();
    }

    /// Gives rows one by one to the highest priority, there to the likeliest token, there to the
    /// oldest sequence, as long as they are worth what they cost.
    private void share(List<Guess> guesses, int answers) {
        var left = new ArrayList<>(guesses);
        left.removeIf(Guess::complete);
        int rows = answers;
        double expected = answers;
        while (rows < MOST_ROWS && !left.isEmpty()) {
            var best = best(left);
            boolean worth = worth(best.chance, rows, expected) || best.due();
            if (!worth || !cache.reach(best.planned.sequence().table(), best.granted + 1)) {
                left.remove(best);
                continue;
            }
            rows++;
            expected += best.chance;
            best.grant();
            if (best.complete()) {
                left.remove(best);
            }
        }
    }

    private static Guess best(List<Guess> left) {
        var best = left.getFirst();
        for (var guess : left) {
            int higher = Integer.compare(guess.priority(), best.priority());
            if (higher > 0 || (higher == 0 && guess.chance > best.chance)) {
                best = guess;
            }
        }
        return best;
    }

    /// Whether tokens per time grow by a row: what it brings, in the time that the step takes
    /// without it, must be more than what the others bring in the time that it adds.
    private static boolean worth(double chance, int rows, double expected) {
        return chance * (1 + ROW * (rows - 1)) > ROW * expected;
    }

    /// One sequence's tokens that may follow.
    private static final class Guess {
        private final Planned planned;
        private final long[] tokens;
        private final boolean certain;
        private int granted;
        /// That the next token that is granted will be drawn.
        private double chance;

        Guess(Planned planned, int most, boolean wanted) {
            this.planned = planned;
            var sequence = planned.sequence();
            var goal = sequence.goal();
            boolean draws = planned.decoded() && planned.piece().last();
            var known = draws ? goal.certain(most) : Segment.NO_IDS;
            certain = known.length > 0;
            tokens = certain || !draws || !wanted ? known : goal.guess(sequence, most);
            chance = certain ? 1 : sequence.acceptance().chance();
        }

        int priority() {
            return planned.sequence().goal().turn().priority();
        }

        boolean due() {
            return granted == 0 && planned.sequence().acceptance().due();
        }

        boolean complete() {
            return granted == tokens.length;
        }

        void grant() {
            granted++;
            chance *= certain ? 1 : planned.sequence().acceptance().chance();
        }

        Planned end() {
            if (granted == 0 && tokens.length > 0 && !certain) {
                planned.sequence().acceptance().pass();
            }
            return planned.with(Arrays.copyOf(tokens, granted));
        }
    }
}
