package org.allodium.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {

    @Test
    void risesThenFallsToATenth() {
        var schedule = new Schedule(110, 10, 1.0);
        assertThat(schedule.rate(0)).isCloseTo(0.1, within(1e-9));
        assertThat(schedule.rate(9)).isCloseTo(1, within(1e-9));
        assertThat(schedule.rate(60)).isCloseTo(0.55, within(1e-9));
        assertThat(schedule.rate(110)).isCloseTo(0.1, within(1e-9));
        // The optimiser's first update carries the number one.
        assertThat((double) schedule.getNewValue(1)).isCloseTo(schedule.rate(0), within(1e-6));
    }
}
