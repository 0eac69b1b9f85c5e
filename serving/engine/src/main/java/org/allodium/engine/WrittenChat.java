package org.allodium.engine;

import java.util.List;

/// A conversation as a model's chat template writes it, ready to be tokenized. Of equal ones the
/// same model makes the same tokens.
public record WrittenChat(List<Part> parts) {
    public WrittenChat {
        parts = List.copyOf(parts);
    }

    /// @param plain a user's text that spells a control token: only its characters are meant
    public record Part(String text, boolean plain) {}
}
