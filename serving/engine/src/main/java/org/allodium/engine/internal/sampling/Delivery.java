package org.allodium.engine.internal.sampling;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationPiece;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.TokenScore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a listener on a virtual thread of its own, so that a slow one never holds up the compute
/// thread. What waits is bounded by the request's maximum of tokens.
public final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private sealed interface Event {
        record Prompt(List<TokenScore> tokens) implements Event {}

        record Token(TokenScore token, boolean shown) implements Event {}

        record Piece(GenerationPiece piece) implements Event {}

        record Rest() implements Event {}

        record End(GenerationResult result) implements Event {}
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final GenerationListener listener;
    private final Detokenizer detokenizer;
    private final Thread thread;
    private Runnable onBrokenListener = () -> {};

    /// @param wording for tokens that come without their text
    /// @param onDone told when the last event was delivered
    public Delivery(
            GenerationListener listener, Detokenizer detokenizer, Consumer<Delivery> onDone) {
        this.listener = listener;
        this.detokenizer = detokenizer;
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
    public void start(Runnable whenBroken) {
        onBrokenListener = whenBroken;
        thread.start();
    }

    public Thread thread() {
        return thread;
    }

    public void prompt(List<TokenScore> tokens) {
        events.add(new Event.Prompt(List.copyOf(tokens)));
    }

    /// A token whose text is found on the listener's thread.
    public void token(TokenScore token, boolean shown) {
        events.add(new Event.Token(token, shown));
    }

    public void piece(GenerationPiece piece) {
        events.add(new Event.Piece(piece));
    }

    /// What the tokens without text held back.
    public void rest() {
        events.add(new Event.Rest());
    }

    public void end(GenerationResult result) {
        events.add(new Event.End(result));
    }

    private void deliver() {
        boolean broken = false;
        while (true) {
            var event = next();
            try {
                if (event instanceof Event.End(GenerationResult result)) {
                    listener.onEnd(result);
                    return;
                }
                if (!broken) {
                    tell(event);
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

    private void tell(Event event) {
        switch (event) {
            case Event.Prompt(List<TokenScore> tokens) -> listener.onPrompt(tokens);
            case Event.Token(TokenScore token, boolean shown) ->
                    detokenizer.push(token, shown).ifPresent(listener::onPiece);
            case Event.Piece(GenerationPiece piece) -> listener.onPiece(piece);
            case Event.Rest() -> detokenizer.finish().ifPresent(listener::onPiece);
            case Event.End(GenerationResult result) -> listener.onEnd(result);
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
