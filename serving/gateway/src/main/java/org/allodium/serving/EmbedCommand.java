package org.allodium.serving;

import java.util.List;
import java.util.Optional;
import org.allodium.identity.Caller;

/// Embeddings as asked for. `dimensions` empty means the model's own length.
public record EmbedCommand(
        Caller caller,
        String model,
        List<Input> inputs,
        Optional<Integer> dimensions,
        Optional<String> residency,
        Optional<String> dataClass)
        implements InferenceCommand {
    public EmbedCommand {
        inputs = List.copyOf(inputs);
    }

    /// One thing to embed: a text, or the token ids of one.
    public sealed interface Input {
        record Text(String text) implements Input {}

        record Tokens(List<Long> ids) implements Input {
            public Tokens {
                ids = List.copyOf(ids);
            }
        }
    }
}
