package org.allodium.serving;

import java.util.List;
import java.util.Optional;
import org.allodium.identity.Caller;

/// Texts to be continued as they are. The choices of the first prompt come first.
/// @param echo whether each answer begins with its prompt
public record TextCommand(
        Caller caller,
        String model,
        List<TextInput> prompts,
        boolean echo,
        SamplingOptions options,
        Optional<String> residency,
        Optional<String> dataClass)
        implements AnswerCommand {
    public TextCommand {
        prompts = List.copyOf(prompts);
    }
}
