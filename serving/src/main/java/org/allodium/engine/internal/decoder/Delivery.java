package org.allodium.engine.internal.decoder;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a listener on a virtual thread of its own, so that a slow one never holds up the compute
/// thread. What waits is bounded by the request's maximum of tokens.
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private sealed interface Event {
        record Text(String text, int completionTokens) implements Event {}

        record End(GenerationResult result) implements Event {}
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final GenerationListener listener;
    private final Thread thread;
    private Runnable onBrokenListener = () -> {};

    /// @param onDone told when the last event was delivered
    Delivery(GenerationListener listener, Consumer<Delivery> onDone) {
        this.listener = listener;
        this.thread =
                Thread.ofVirtual()
                        .name("allodium-answer")
                        .inheritInheritableThreadLocals(false)
                        .unstarted(
                                () -> {
                                    deliver();
                                    onDone.accept(this);
                                });
        thread.setContextClassLoader(Delivery.class.getClassLoader());
    }

    /// @param whenBroken run if the listener throws
    void start(Runnable whenBroken) {
        onBrokenListener = whenBroken;
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    void text(String text, int completionTokens) {
        events.add(new Event.Text(text, completionTokens));
    }

    void end(GenerationResult result) {
        events.add(new Event.End(result));
    }

    private void deliver() {
        boolean broken = false;
        while (true) {
            var event = next();
            try {
                switch (event) {
                    case Event.Text(String text, int tokens) -> {
                        if (!broken) {
                            listener.onText(text, tokens);
                        }
                    }
                    case Event.End(GenerationResult result) -> {
                        listener.onEnd(result);
                        return;
                    }
                }
            } catch (RuntimeException e) {
                LOG.debug("A listener failed; its generation is cancelled", e);
                broken = true;
                onBrokenListener.run();
                if (event instanceof Event.End) {
                    return;
                }
            }
        }
    }

    private Event next() {
        while (true) {
            try {
                return events.take();
            } catch (InterruptedException e) {
                // A listener left its thread interrupted; the end must reach it all the same.
                LOG.debug("Interrupted between two deliveries", e);
            }
        }
    }
}
