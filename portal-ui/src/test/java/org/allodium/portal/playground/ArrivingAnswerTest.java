package org.allodium.portal.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ArrivingAnswerTest {
    private final AtomicInteger wakes = new AtomicInteger();
    private final ArrivingAnswer arriving = new ArrivingAnswer(wakes::incrementAndGet);

    @Test
    void wakesThePageOnceForManyPieces() {
        arriving.text(0, "To ");
        arriving.text(0, "apply");
        assertThat(wakes).hasValue(1);
        assertThat(arriving.drain()).isEqualTo("To apply");
        arriving.text(0, ", open");
        assertThat(wakes).hasValue(2);
        assertThat(arriving.drain()).isEqualTo(", open");
        assertThat(arriving.drain()).isEmpty();
    }

    @Test
    void cancelsTheRequestWhenTheReaderStops() {
        arriving.text(0, "To");
        arriving.stop();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> arriving.text(0, " apply"));
        assertThat(arriving.drain()).isEqualTo("To");
    }
}
