package org.allodium.serving.internal.answers;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks what is answered from memory, or refused while this node hears no news, again and again,
/// and gives up in time: who asks holds an answer back as long.
final class Asking {
    static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);
    private static final long NAP_MILLIS = 50;

    private final Clock clock;

    Asking(Clock clock) {
        this.clock = clock;
    }

    /// Empty when there was no answer in time.
    <T> Optional<T> ask(Supplier<T> question) {
        var deadline = clock.instant().plus(PATIENCE);
        do {
            try {
                return Optional.of(question.get());
            } catch (RuntimeException e) { // Whatever it was: without an answer nothing goes on.
                LOG.debug("The question failed", e);
            }
        } while (nap() && !clock.instant().isAfter(deadline));
        return Optional.empty();
    }

    /// False at an interrupt.
    private static boolean nap() {
        try {
            TimeUnit.MILLISECONDS.sleep(NAP_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
