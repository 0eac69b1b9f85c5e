package org.allodium.engine;

import java.util.Optional;

/// What a model's own file says of sampling (`generation_config.json`), for requests that say
/// nothing. Where the file is silent too, the interface's usual values hold.
/// @param temperature 0 where the file says that nothing is sampled
/// @param topK 0 means all
public record SamplingDefaults(
        Optional<Double> temperature,
        Optional<Double> topP,
        Optional<Integer> topK,
        Optional<Double> minP,
        Optional<Double> repetitionPenalty,
        Optional<Integer> maxTokens) {
    /// Of a model whose file says nothing.
    public static final SamplingDefaults NONE =
            new SamplingDefaults(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
}
