package org.allodium.serving.internal.pools;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class QueueTest {
    private static final int PLACES = 3;

    private final Queue queue = new Queue(PLACES);

    @Test
    void theMoreWaitTheLaterTheNextIsToldToComeBack() {
        fill();
        var first = turnedAway();
        var second = turnedAway();
        var third = turnedAway();
        assertThat(second).isEqualTo(first.multipliedBy(2));
        assertThat(third).isEqualTo(first.multipliedBy(3));
        assertThat(turnedAway()).as("all that are inside have ended by then").isEqualTo(third);
    }

    @Test
    void whoComesBackAndFindsAPlaceWaitsNoLonger() {
        var seats = fill();
        turnedAway();
        turnedAway();
        seats.removeFirst().close();
        seats.add(queue.enter().orElseThrow());
        var usual = queue.expectedWait();
        assertThat(turnedAway()).isEqualTo(usual.multipliedBy(2));
    }

    @Test
    void whereThereWasRoomNobodyWaits() {
        var seats = fill();
        turnedAway();
        turnedAway();
        seats.forEach(ModelPool.Seat::close);
        fill();
        var usual = queue.expectedWait();
        assertThat(turnedAway()).isEqualTo(usual);
        assertThat(queue.inside()).hasValue(PLACES);
    }

    private ArrayList<ModelPool.Seat> fill() {
        var seats = new ArrayList<ModelPool.Seat>();
        for (int i = 0; i < PLACES; i++) {
            seats.add(queue.enter().orElseThrow());
        }
        return seats;
    }

    private Duration turnedAway() {
        assertThat(queue.enter()).isEmpty();
        return queue.expectedWait();
    }
}
