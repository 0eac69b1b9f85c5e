package org.allodium.engine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One turn of a conversation. The role goes to the model's template as it is.
/// @param toolCallId which call the content is the result of
public record ChatMessage(
        String role, String content, List<ToolCall> toolCalls, Optional<String> toolCallId) {
    public ChatMessage {
        Objects.requireNonNull(role);
        Objects.requireNonNull(content);
        toolCalls = List.copyOf(toolCalls);
    }

    public ChatMessage(String role, String content) {
        this(role, content, List.of(), Optional.empty());
    }
}
