package org.allodium.serving;

import java.util.List;
import java.util.Optional;
import org.allodium.identity.Caller;

/// A chat completion as asked for. Without a maximum of tokens it may take as many as the context
/// holds, up to the platform's cap.
public record ChatCommand(
        Caller caller,
        String model,
        List<Message> messages,
        Wishes wishes,
        Optional<String> residency,
        Optional<String> dataClass)
        implements AnswerCommand {
    public ChatCommand {
        messages = List.copyOf(messages);
    }

    public record Message(String role, String content) {}
}
