package org.allodium.portal.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private final AtomicInteger wakes = new AtomicInteger();
    private final Conversation conversation = new Conversation(wakes::incrementAndGet);

    @Test
    void wakesThePageOnceForManyPieces() {
        conversation.text(0, "To ");
        conversation.text(0, "apply");
        assertThat(wakes).hasValue(1);
        assertThat(conversation.drain()).isEqualTo("To apply");
        conversation.text(0, ", open");
        assertThat(wakes).hasValue(2);
        assertThat(conversation.drain()).isEqualTo(", open");
        assertThat(conversation.drain()).isEmpty();
    }

    @Test
    void cancelsTheRequestWhenTheReaderStops() {
        conversation.text(0, "To");
        conversation.stop();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> conversation.text(0, " apply"));
        assertThat(conversation.drain()).isEqualTo("To");
    }
}
