package org.allodium.engine.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromptLookupTest {
    private static long[] after(int most, long... ids) {
        return PromptLookup.after(ids, ids.length, most);
    }

    @Test
    void guessesWhatFollowedTheLastTokensBefore() {
        assertThat(after(3, 1, 2, 3, 4, 5, 9, 1, 2)).containsExactly(3, 4, 5);
    }

    @Test
    void theLongestMatchCountsThenTheLatest() {
        assertThat(after(1, 7, 1, 2, 3, 5, 1, 2, 4, 7, 1, 2)).containsExactly(3);
        assertThat(after(1, 1, 2, 3, 1, 2, 4, 9, 1, 2)).containsExactly(4);
        // Five tokens are the same at the first place, four at the second: as good as each other.
        assertThat(after(1, 5, 1, 2, 3, 4, 8, 6, 1, 2, 3, 4, 9, 5, 1, 2, 3, 4)).containsExactly(9);
    }

    @Test
    void whatRepeatsItselfGoesOn() {
        assertThat(after(5, 4, 4, 4)).containsExactly(4, 4, 4, 4, 4);
        assertThat(after(5, 1, 2, 3, 1, 2)).containsExactly(3, 1, 2, 3, 1);
    }

    @Test
    void oneTokenInCommonIsNotEnough() {
        assertThat(after(3, 1, 2, 3, 2)).isEmpty();
        assertThat(after(3, 1, 1)).isEmpty();
        assertThat(after(3, 1)).isEmpty();
        assertThat(after(0, 4, 4, 4)).isEmpty();
        assertThat(after(-1, 4, 4, 4)).isEmpty();
    }

    @Test
    void looksAtKnownTokensAlone() {
        assertThat(PromptLookup.after(new long[] {1, 2, 3, 1, 2, 1, 2, 9}, 5, 2))
                .containsExactly(3, 1);
    }
}
