package org.allodium.engine;

import java.util.List;

/// What a model is asked to go on with.
/// @param demanded those of which the answer must call one; empty where words will do
/// @param variables for the template, as one JSON object; what it does not read changes nothing
public record ChatPrompt(
        List<ChatMessage> messages, List<Tool> tools, List<Tool> demanded, String variables) {
    public static final String NO_VARIABLES = "{}";

    public ChatPrompt {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        demanded = List.copyOf(demanded);
    }

    public ChatPrompt(List<ChatMessage> messages) {
        this(messages, List.of(), List.of(), NO_VARIABLES);
    }
}
