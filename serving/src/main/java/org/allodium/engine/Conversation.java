package org.allodium.engine;

import java.util.List;

/// What a model is asked to go on with.
///
/// @param tools what it may ask to be called
/// @param mustCall whether the answer is to be a call
public record Conversation(List<ChatMessage> messages, List<Tool> tools, boolean mustCall) {
    public Conversation {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    public Conversation(List<ChatMessage> messages) {
        this(messages, List.of(), false);
    }
}
