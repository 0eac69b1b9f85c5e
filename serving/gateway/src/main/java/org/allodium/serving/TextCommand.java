package org.allodium.serving;

import java.util.List;
import java.util.Optional;
import org.allodium.identity.Caller;

/// Texts to be continued as they are. The choices of the first prompt come first.
/// @param echo whether each answer begins with its prompt
public record TextCommand(
        Caller caller,
        String model,
        List<Prompt> prompts,
        boolean echo,
        SamplingOptions options,
        Optional<String> residency,
        Optional<String> dataClass)
        implements AnswerCommand {
    public TextCommand {
        prompts = List.copyOf(prompts);
    }

    /// What is to be continued: a text, or the token ids of one.
    public sealed interface Prompt {
        record Text(String text) implements Prompt {}

        record Tokens(List<Long> ids) implements Prompt {
            public Tokens {
                ids = List.copyOf(ids);
            }
        }
    }
}
