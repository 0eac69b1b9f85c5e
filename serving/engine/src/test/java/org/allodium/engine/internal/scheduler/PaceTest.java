package org.allodium.engine.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.allodium.engine.DecoderOptions.Batching;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Machines whose steps take a price of their own and something for each token.
class PaceTest {
    private static final double LIMIT = 200;
    private static final Batching BATCHING =
            new Batching(64, 512, Duration.ofMillis((long) LIMIT), true);
    private static final int LEARNING = 12;
    private static final int STEPS = 300;

    @ParameterizedTest
    @CsvSource({"15, 0.9", "60, 0.9", "150, 2", "400, 1", "5, 4", "2, 0.05", "0, 0.9"})
    void aLongPromptHoldsUpAnswersNoLongerThanItMay(double price, double perToken) {
        var chunks = chunks(price, perToken, 0);
        var learnt = chunks.subList(LEARNING, STEPS);
        assertThat(learnt).allSatisfy(c -> assertThat(c * perToken).isLessThanOrEqualTo(LIMIT + 1));
    }

    @ParameterizedTest
    @CsvSource({"15, 0.9", "60, 0.9", "150, 2", "400, 1", "5, 4", "2, 0.05", "0, 0.9"})
    void aLongPromptStillGetsMostOfWhatItMayHave(double price, double perToken) {
        double ideal = Math.min(512, Math.max(32, LIMIT / perToken));
        double mean =
                chunks(price, perToken, 0).subList(LEARNING, STEPS).stream()
                        .mapToInt(Integer::intValue)
                        .average()
                        .orElseThrow();
        assertThat(mean).isGreaterThan(0.6 * ideal);
    }

    @Test
    void hiccupsOfTheMachineDoNotMakeItForgetTheLimit() {
        var learnt = chunks(30, 0.9, 0.3).subList(LEARNING, STEPS);
        long over = learnt.stream().filter(c -> c * 0.9 > 1.5 * LIMIT).count();
        assertThat(over).isLessThan(learnt.size() / 20);
    }

    @Test
    void withoutAnswersUnderWayPiecesAreLarger() {
        var pace = new Pace(BATCHING);
        for (int i = 0; i < STEPS; i++) {
            int chunk = pace.chunk(false);
            pace.measured(chunk, 0, (long) ((20 + 0.9 * chunk) * 1e6));
        }
        assertThat(pace.chunk(false)).isGreaterThan(400);
    }

    private static List<Integer> chunks(double price, double perToken, double noise) {
        var pace = new Pace(BATCHING);
        var random = new Random(7);
        var chunks = new ArrayList<Integer>();
        for (int i = 0; i < STEPS; i++) {
            int chunk = pace.chunk(true);
            chunks.add(chunk);
            double took = (price + perToken * chunk) * (1 + noise * random.nextDouble());
            pace.measured(chunk, 0, (long) (took * 1e6));
        }
        return chunks;
    }
}
