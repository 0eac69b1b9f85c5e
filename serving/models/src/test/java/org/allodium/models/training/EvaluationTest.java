package org.allodium.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {

    private static final Example EXAMPLE =
            new Example("keys", "make", "how?", "Choose Create key, twice.");

    @Test
    void countsOnlyTheLetterAsExact() {
        assertThat(answered("Choose Create key, twice.").exact()).isTrue();
        assertThat(answered("choose create key twice").exact()).isFalse();
        assertThat(answered("choose create key twice").f1()).isEqualTo(1);
    }

    @Test
    void weighsWordsGivenAndWordsMissing() {
        // Two of three words are right, two of four were found.
        assertThat(answered("Choose another key").f1()).isCloseTo(4.0 / 7, within(1e-9));
        assertThat(answered("nothing").f1()).isZero();
        assertThat(answered("key key key key").f1()).isCloseTo(0.25, within(1e-9));
    }

    @Test
    void sumsUp() {
        var score =
                Evaluation.Score.of(
                        List.of(answered("Choose Create key, twice."), answered("nothing")));
        assertThat(score).isEqualTo(new Evaluation.Score(2, 0.5, 0.5, 1.5, 4.4817));
    }

    private static Evaluation.Answered answered(String reply) {
        return new Evaluation.Answered(EXAMPLE, reply, 1.5);
    }
}
