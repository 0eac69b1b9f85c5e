package org.allodium.serving.internal;

import java.util.List;
import java.util.Optional;
import org.allodium.serving.ChatCommand;

/// A pool that continues conversations.
public non-sealed interface ChatPool extends ModelPool {
    /// The conversation as the model's own template writes it. Throws a `CloudException` with the
    /// template's sentence when it takes no such conversation.
    List<Long> prompt(List<ChatCommand.Message> messages);

    /// Returns at once; the ear hears the rest, in order, from another thread.
    Running generate(Continuation what, Ear ear);

    /// One answer to compute; `maxTokens` was reserved.
    record Continuation(
            List<Long> prompt,
            int maxTokens,
            double temperature,
            double topP,
            Optional<Long> seed,
            List<String> stop) {
        public Continuation {
            prompt = List.copyOf(prompt);
            stop = List.copyOf(stop);
        }
    }

    /// A generation under way. Cancelling is idempotent; an end is still heard.
    interface Running {
        void cancel();
    }

    /// Hears a generation: pieces, then exactly one end.
    interface Ear {
        void piece(String text, int tokensSoFar);

        void end(End why, int completionTokens);
    }

    /// Why a generation ended.
    enum End {
        STOP,
        LENGTH,
        CANCELLED,
        FAILED
    }
}
