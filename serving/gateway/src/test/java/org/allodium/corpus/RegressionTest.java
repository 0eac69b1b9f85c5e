package org.allodium.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import org.junit.jupiter.api.Test;

class RegressionTest {
    private static final float[] EAST = {3, 0, 0};
    private static final float[] NORTH = {0, 3, 0};
    private static final float[] UP = {0, 0, 3};

    @Test
    void tellsPassagesFromEachOtherAndFromAllElse() {
        var units =
                List.of(
                        new Unit(0, EAST),
                        new Unit(1, NORTH),
                        new Unit(1, NORTH),
                        new Unit(Unit.ELSEWHERE, UP));
        var regression = Regression.of(units, 2);
        assertThat(highest(regression.of(EAST))).isZero();
        assertThat(highest(regression.of(NORTH))).isEqualTo(1);
        assertThat(highest(regression.of(UP))).isEqualTo(2);
        assertThat(regression.of(new float[] {9, 0, 0})).isEqualTo(regression.of(EAST));
    }

    @Test
    void solvesTheNormalEquations() {
        // One text of weight 1, with the constant: (x xT + I) w = x gives w = x / 3.
        var regression = Regression.of(List.of(new Unit(0, new float[] {5})), 1);
        assertThat(regression.of(new float[] {5})[0]).isCloseTo(2 / 3.0, offset(1e-12));
        assertThat(regression.of(new float[] {0})[0]).isCloseTo(1 / 3.0, offset(1e-12));
    }

    private static int highest(double[] values) {
        int highest = 0;
        for (int i = 1; i < values.length; i++) {
            highest = values[i] > values[highest] ? i : highest;
        }
        return highest;
    }
}
