package org.allodium.serving;

import java.util.Optional;
import org.allodium.engine.Sampling;
import org.allodium.engine.Sampling.Penalties;
import org.allodium.engine.SamplingDefaults;

/// What a client says of sampling. What it leaves out the model's own file decides, and where that
/// is silent the interface's usual values: temperature 1, all tokens, no penalty.
/// @param rest what no file speaks of: presence and frequency penalty, biases, seed
public record SamplingWish(
        Optional<Double> temperature,
        Optional<Double> topP,
        Optional<Integer> topK,
        Optional<Double> minP,
        Optional<Double> repetitionPenalty,
        Sampling rest) {

    /// Leaves nothing out.
    public static SamplingWish exactly(Sampling sampling) {
        return new SamplingWish(
                Optional.of(sampling.temperature()),
                Optional.of(sampling.topP()),
                Optional.of(sampling.topK()),
                Optional.of(sampling.minP()),
                Optional.of(sampling.penalties().repetition()),
                sampling);
    }

    /// @param temperature empty leaves it to the model
    /// @param seed empty draws a new one each time
    public static SamplingWish of(Optional<Double> temperature, Optional<Long> seed) {
        return new SamplingWish(
                temperature,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Sampling(1, 1, seed.orElse(null)));
    }

    /// How tokens are drawn from a model with these defaults. Who names a part of the distribution
    /// to draw from wants to draw, also from a model whose file takes the likeliest.
    public Sampling over(SamplingDefaults file) {
        boolean draws = topP.isPresent() || topK.isPresent() || minP.isPresent();
        double usual = file.temperature().filter(t -> t > 0 || !draws).orElse(1.0);
        return new Sampling(
                temperature.orElse(usual),
                topP.or(file::topP).orElse(1.0),
                topK.or(file::topK).orElse(0),
                minP.or(file::minP).orElse(0.0),
                new Penalties(
                        repetitionPenalty.or(file::repetitionPenalty).orElse(1.0),
                        rest.penalties().presence(),
                        rest.penalties().frequency()),
                rest.logitBias(),
                rest.seed());
    }
}
