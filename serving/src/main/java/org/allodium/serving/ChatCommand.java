package org.allodium.serving;

import java.util.List;
import java.util.Optional;
import org.allodium.identity.Caller;

/// A chat completion as asked for. `maxTokens` empty means as many as the context holds, up to the
/// platform's cap.
public record ChatCommand(
        Caller caller,
        String model,
        List<Message> messages,
        Optional<Integer> maxTokens,
        double temperature,
        double topP,
        Optional<Long> seed,
        List<String> stop,
        int choices,
        Optional<String> residency,
        Optional<String> dataClass) {
    public ChatCommand {
        messages = List.copyOf(messages);
        stop = List.copyOf(stop);
    }

    public record Message(String role, String content) {}
}
