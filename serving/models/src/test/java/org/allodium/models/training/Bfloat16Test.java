package org.allodium.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Bfloat16Test {

    @Test
    void roundsToNearestAndTiesToEven() {
        assertThat(rounded(1f)).isEqualTo(1f);
        assertThat(rounded(-0.5f)).isEqualTo(-0.5f);
        // Between 1 and its successor 1 + 2^-7: a tie goes to the even one, above it goes up.
        assertThat(rounded(1f + 1f / 256)).isEqualTo(1f);
        assertThat(rounded(1f + 3f / 256)).isEqualTo(1f + 4f / 256);
        assertThat(rounded(1f + 1f / 256 + 1f / 4096)).isEqualTo(1f + 1f / 128);
    }

    private static float rounded(float value) {
        return Bfloat16.toFloat(Bfloat16.of(value));
    }
}
