package org.allodium.engine;

import java.util.Objects;

/// One turn of a conversation. The role goes to the model's template as it is.
public record ChatMessage(String role, String content) {
    public ChatMessage {
        Objects.requireNonNull(role);
        Objects.requireNonNull(content);
    }
}
