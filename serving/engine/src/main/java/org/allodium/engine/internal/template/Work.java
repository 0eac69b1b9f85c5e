package org.allodium.engine.internal.template;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.allodium.engine.EngineBusy;
import org.allodium.engine.internal.template.Values.Markup;

/// What one rendering does, in characters and values that it reads or makes, and what all
/// renderings of this moment do together. A template is a program of somebody else: without a
/// bound, one short prompt would take all memory or a processor for good.
final class Work {
    /// Enough for any template on a short conversation.
    static final long BASE = 16L << 20;

    /// A template goes over what users wrote some times, not more often.
    static final long PER_CHARACTER = 64;

    static final long MOST = 64L << 20;
    static final long MOST_TOGETHER = 2 * MOST;

    private static final long CHUNK = 1L << 18;
    private static final long OF_A_CHARACTER_ALONE = 16;
    private static final AtomicLong TOGETHER = new AtomicLong();
    private static final ScopedValue<Work> CURRENT = ScopedValue.newInstance();

    private final long limit;
    private long spent;
    private long held;

    private Work(long input) {
        this.limit = Math.min(MOST, BASE + PER_CHARACTER * input);
    }

    /// @param input characters that users wrote
    /// @throws RenderFailure if the rendering does more than is allowed
    /// @throws EngineBusy if all renderings together do
    static <T> T within(long input, Supplier<T> rendering) {
        var work = new Work(input);
        try {
            return ScopedValue.where(CURRENT, work).call(rendering::get);
        } finally {
            TOGETHER.addAndGet(-work.held);
        }
    }

    static void on(long units) {
        if (CURRENT.isBound()) {
            CURRENT.get().take(units);
        }
    }

    /// A text taken apart: each character becomes a value of its own.
    static void onEachCharacter(String text) {
        on(OF_A_CHARACTER_ALONE * text.length());
    }

    /// As much as the value is long.
    static Object on(Object value) {
        on(
                switch (value) {
                    case String s -> 1L + s.length();
                    case Markup m -> 1L + m.text().length();
                    case Collection<?> c -> 1L + c.size();
                    case Map<?, ?> m -> 1L + m.size();
                    default -> 1L;
                });
        return value;
    }

    static String on(String text) {
        on(1L + text.length());
        return text;
    }

    static long inUse() {
        return TOGETHER.get();
    }

    private void take(long units) {
        if (units < 0 || units > limit - spent) {
            throw new RenderFailure("it makes too much of the conversation");
        }
        spent += units;
        if (spent > held) {
            hold((spent - held + CHUNK - 1) / CHUNK * CHUNK);
        }
    }

    private void hold(long more) {
        if (TOGETHER.addAndGet(more) > MOST_TOGETHER) {
            TOGETHER.addAndGet(-more);
            throw new EngineBusy("Too many prompts are being written");
        }
        held += more;
    }
}
