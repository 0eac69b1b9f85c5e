package org.allodium.engine.internal.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThreadChoiceTest {
    private final ThreadChoice choice = new ThreadChoice();

    @Test
    void takesWhatIsFasterAndAsksAgainNowAndThen() {
        assertThat(ones(1_000, 5_000_000, 1_000_000)).isBetween(950, 999);
        assertThat(ones(1_000, 500_000, 1_000_000)).isBetween(1, 400);
    }

    @Test
    void losesLittleTimeToAskingAgain() {
        double spent = 0;
        for (int i = 0; i < 10_000; i++) {
            spent += computed(200_000_000, 1_000_000) / 1e9;
        }
        assertThat(spent).isLessThan(10 * 1.1);
    }

    @Test
    void batchesOfOtherSizesAreAnotherMatter() {
        ones(100, 5_000_000, 1_000_000);
        assertThat(choice.of(1024)).isEqualTo(ThreadChoice.ALL);
        choice.took(1024, ThreadChoice.ALL, 1_000_000);
        assertThat(choice.of(1100)).isEqualTo(ThreadChoice.ONE);
    }

    /// How often one thread was chosen.
    private int ones(int times, long all, long one) {
        int count = 0;
        for (int i = 0; i < times; i++) {
            count += computed(all, one) == one ? 1 : 0;
        }
        return count;
    }

    private long computed(long all, long one) {
        int threads = choice.of(32);
        long time = threads == ThreadChoice.ONE ? one : all;
        choice.took(32, threads, time);
        return time;
    }
}
