package org.allodium.engine.internal.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.allodium.engine.Sampling;
import org.allodium.engine.Sampling.Penalties;
import org.allodium.engine.internal.grammar.Constraint;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final float[] LOGITS = {1, 4, 2, 3, 0, -1};
    private static final long[] NOTHING = {};
    private static final Sampling WARM = new Sampling(1, 1, 5L);

    private static Set<Integer> drawn(Sampling sampling, float[] logits) {
        var sampler = new Sampler(sampling, null, NOTHING);
        var drawn = new HashSet<Integer>();
        for (int i = 0; i < 5_000; i++) {
            drawn.add(sampler.next(logits));
        }
        return drawn;
    }

    @Test
    void theSameSeedDrawsTheSame() {
        var one = new Sampler(WARM, null, NOTHING);
        var two = new Sampler(WARM, null, NOTHING);
        for (int i = 0; i < 100; i++) {
            assertThat(one.next(LOGITS)).isEqualTo(two.next(LOGITS));
        }
    }

    @Test
    void drawsAsOftenAsProbabilitySays() {
        var counts = new int[LOGITS.length];
        var sampler = new Sampler(WARM, null, NOTHING);
        int draws = 200_000;
        for (int i = 0; i < draws; i++) {
            counts[sampler.next(LOGITS)]++;
        }
        double sum = 0;
        for (float logit : LOGITS) {
            sum += Math.exp(logit);
        }
        for (int i = 0; i < LOGITS.length; i++) {
            assertThat((double) counts[i] / draws)
                    .isCloseTo(Math.exp(LOGITS[i]) / sum, within(0.005));
        }
    }

    @Test
    void topKKeepsTheLikeliest() {
        assertThat(drawn(WARM.withTopK(3), LOGITS)).containsExactlyInAnyOrder(1, 3, 2);
        assertThat(drawn(WARM.withTopK(1), LOGITS)).containsExactly(1);
        assertThat(drawn(WARM.withTopK(99), LOGITS)).hasSize(6);
    }

    @Test
    void topPKeepsTheLikeliestThatReachTheShare() {
        // Shares: 0.64, 0.23, 0.09, 0.03 …
        assertThat(drawn(new Sampling(1, 0.6, 5L), LOGITS)).containsExactly(1);
        assertThat(drawn(new Sampling(1, 0.8, 5L), LOGITS)).containsExactlyInAnyOrder(1, 3);
        assertThat(drawn(new Sampling(1, 0.9, 5L), LOGITS)).containsExactlyInAnyOrder(1, 3, 2);
    }

    @Test
    void minPKeepsWhatIsNotMuchLessLikelyThanTheLikeliest() {
        // Shares of the likeliest: 1, 0.37, 0.14, 0.05 …
        assertThat(drawn(WARM.withMinP(0.3), LOGITS)).containsExactlyInAnyOrder(1, 3);
        assertThat(drawn(WARM.withMinP(1), LOGITS)).containsExactly(1);
    }

    @Test
    void tiesGoToTheLowerId() {
        float[] tie = {1, 2, 2, 1};
        assertThat(new Sampler(Sampling.GREEDY, null, NOTHING).next(tie)).isEqualTo(1);
        assertThat(drawn(WARM.withTopK(1), tie)).containsExactly(1);
        assertThat(drawn(WARM.withTopK(3), new float[] {1, 2, -0f, 0f}))
                .containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void penaltiesChangeWhatOccurred() {
        float[] logits = {2, 3, 2.5f, -1};
        var repetition = new Sampling(0, 1, null).withPenalties(new Penalties(2, 0, 0));
        var sampler = new Sampler(repetition, null, new long[] {1});
        assertThat(sampler.next(logits)).isEqualTo(2);
        sampler.accept(2);
        assertThat(sampler.next(logits)).isZero();

        var presence = new Sampling(0, 1, null).withPenalties(new Penalties(1, 0.6, 0));
        var present = new Sampler(presence, null, new long[] {1});
        assertThat(present.next(logits)).describedAs("The prompt does not count").isEqualTo(1);
        present.accept(1);
        assertThat(present.next(logits)).isEqualTo(2);

        var frequency = new Sampling(0, 1, null).withPenalties(new Penalties(1, 0, 0.3));
        var frequent = new Sampler(frequency, null, NOTHING);
        frequent.accept(1);
        assertThat(frequent.next(logits)).isEqualTo(1);
        frequent.accept(1);
        assertThat(frequent.next(logits)).isEqualTo(2);
        assertThat(logits).containsExactly(2, 3, 2.5f, -1);
    }

    @Test
    void biasForcesAndForbids() {
        var forced = new Sampling(0, 1, null).withLogitBias(Map.of(5, 100.0));
        assertThat(new Sampler(forced, null, NOTHING).next(LOGITS)).isEqualTo(5);
        var forbidden = WARM.withLogitBias(Map.of(1, -100.0, 77, 3.0));
        assertThat(drawn(forbidden, LOGITS)).doesNotContain(1).hasSize(5);
    }

    @Test
    void aConstraintIsKeptAndTold() {
        var told = new ArrayList<Integer>();
        var odd =
                new Constraint() {
                    @Override
                    public void mask(float[] logits) {
                        for (int i = 0; i < logits.length; i += 2) {
                            logits[i] = Float.NEGATIVE_INFINITY;
                        }
                    }

                    @Override
                    public void accept(int token) {
                        told.add(token);
                    }
                };
        var sampler = new Sampler(new Sampling(2, 1, 3L), odd, NOTHING);
        assertThat(sampler.likeliestOnly()).isFalse();
        for (int i = 0; i < 500; i++) {
            int token = sampler.next(LOGITS);
            assertThat(token % 2).isEqualTo(1);
            sampler.accept(token);
        }
        assertThat(told).hasSize(500);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> WARM.withTopK(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WARM.withMinP(1.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Penalties(0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Penalties(1, 2.1, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WARM.withLogitBias(Map.of(1, 101.0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 200)
    void probabilitiesAddUpAndTheLikeliestComeFirst(
            @ForAll @Size(min = 2, max = 60) List<@FloatRange(min = -50, max = 50) Float> list) {
        var logits = new float[list.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = list.get(i);
        }
        var score = Scores.of(logits, 1, logits.length);
        double sum = score.top().stream().mapToDouble(c -> Math.exp(c.logprob())).sum();
        assertThat(sum).isCloseTo(1, within(1e-6));
        assertThat(score.top()).hasSize(logits.length);
        for (int i = 1; i < logits.length; i++) {
            var before = score.top().get(i - 1);
            var after = score.top().get(i);
            assertThat(before.logprob()).isGreaterThanOrEqualTo(after.logprob());
            if (before.logprob() == after.logprob()) {
                assertThat(before.id()).isLessThan(after.id());
            }
        }
        assertThat(score.top().getFirst().id()).isEqualTo(Sampler.likeliest(logits));
    }
}
