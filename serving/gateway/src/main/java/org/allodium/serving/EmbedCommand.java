package org.allodium.serving;

import java.util.List;
import java.util.Optional;
import org.allodium.identity.Caller;

/// Embeddings as asked for. `dimensions` empty means the model's own length.
public record EmbedCommand(
        Caller caller,
        String model,
        List<TextInput> inputs,
        Optional<Integer> dimensions,
        Optional<String> residency,
        Optional<String> dataClass)
        implements InferenceCommand {
    public EmbedCommand {
        inputs = List.copyOf(inputs);
    }
}
