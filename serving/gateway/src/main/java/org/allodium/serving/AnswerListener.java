package org.allodium.serving;

/// Hears an answer as it is made; called in order, from one thread at a time. After [#ended]
/// nothing follows. Throwing from any method cancels the request: the client is gone.
public interface AnswerListener {
    /// The intent is durable, the pool is chosen, the request is in its queue.
    void started(AnswerStart start) throws Exception;

    /// Nothing to say for a while: the request waits in a queue, or the model thinks.
    default void waiting() throws Exception {}

    /// Whether text leaves the house as it comes; what has not left is never charged.
    default boolean streams() {
        return true;
    }

    /// Runs `gone` at most once, from another thread, if the client hangs up before the watch is
    /// closed. For answers that leave as a whole: a stream finds out when it writes.
    default ClientWatch watchClient(Runnable gone) {
        return () -> {};
    }

    /// Somebody who looks whether a client is still there.
    interface ClientWatch extends AutoCloseable {
        @Override
        void close();
    }

    /// The prompt that a choice continues, before all its pieces, if the request wants it back.
    default void prompt(int choice, AnswerPiece prompt) throws Exception {}

    void text(int choice, String piece) throws Exception;

    /// A piece with its tokens, for who overrides this; others hear its text by [#text].
    default void piece(int choice, AnswerPiece piece) throws Exception {
        if (!piece.text().isEmpty()) {
            text(choice, piece.text());
        }
    }

    /// `finishReason` is `stop`, `length` or `tool_calls`.
    void choiceEnded(int choice, String finishReason) throws Exception;

    void ended(AnswerEnd end) throws Exception;
}
