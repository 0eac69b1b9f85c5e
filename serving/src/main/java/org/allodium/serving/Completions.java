package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;

/// The use case behind chat, for the API and the playground alike: find, decide, admit, run,
/// settle, receipt.
@ApplicationScoped
public class Completions {
    /// Runs to the end on the calling (virtual) thread. Refusals before the first byte are thrown
    /// as [Refusal].
    public void chat(ChatCommand command, AnswerListener listener) {
        throw new UnsupportedOperationException();
    }
}
