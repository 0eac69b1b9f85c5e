package org.allodium.engine;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the next token is drawn. Temperature 0 takes the likeliest token (lowest id on a tie). In
/// this order: the penalties and `logitBias` change the logits, the temperature divides them, then
/// `topK`, `topP` and `minP` each keep a part of what the one before kept.
///
/// The n-th draw of a generation depends on the seed, n and the logits alone (SplitMix64 of seed
/// and n), so the same request with the same seed on the same model and machine gives the same
/// tokens, whatever else runs. Without a seed each generation gets a random one.
/// @param topP the share of probability that the likeliest tokens must reach together; 1 keeps all
/// @param topK how many of the likeliest tokens may be drawn; 0 means all
/// @param minP the least probability of a token as share of the likeliest one's; 0 keeps all
/// @param logitBias added to the logits of these token ids, -100 to 100
public record Sampling(
        double temperature,
        double topP,
        int topK,
        double minP,
        Penalties penalties,
        Map<Integer, Double> logitBias,
        @Nullable Long seed) {
    public static final Sampling GREEDY = new Sampling(0, 1, null);

    private static final double MOST_BIAS = 100;

    public Sampling {
        logitBias = Map.copyOf(logitBias);
        if (!(temperature >= 0 && temperature <= 100)) {
            throw new IllegalArgumentException("temperature must be between 0 and 100");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP must be above 0 and at most 1");
        }
        if (topK < 0) {
            throw new IllegalArgumentException("topK must not be negative");
        }
        if (!(minP >= 0 && minP <= 1)) {
            throw new IllegalArgumentException("minP must be between 0 and 1");
        }
        if (!logitBias.values().stream().allMatch(b -> Math.abs(b) <= MOST_BIAS)) {
            throw new IllegalArgumentException("A logit bias must be between -100 and 100");
        }
    }

    public Sampling(double temperature, double topP, @Nullable Long seed) {
        this(temperature, topP, 0, 0, Penalties.NONE, Map.of(), seed);
    }

    public Sampling withTopK(int changed) {
        return new Sampling(temperature, topP, changed, minP, penalties, logitBias, seed);
    }

    public Sampling withMinP(double changed) {
        return new Sampling(temperature, topP, topK, changed, penalties, logitBias, seed);
    }

    public Sampling withPenalties(Penalties changed) {
        return new Sampling(temperature, topP, topK, minP, changed, logitBias, seed);
    }

    public Sampling withLogitBias(Map<Integer, Double> changed) {
        return new Sampling(temperature, topP, topK, minP, penalties, changed, seed);
    }

    public Sampling withSeed(@Nullable Long changed) {
        return new Sampling(temperature, topP, topK, minP, penalties, logitBias, changed);
    }

    /// Whether asking again gives the same answer: only a temperature of 0 or a seed does that.
    public boolean repeatable() {
        return temperature == 0 || seed != null;
    }

    /// Whether the next token is the likeliest by the model's own logits.
    public boolean likeliest() {
        return temperature == 0 && penalties.equals(Penalties.NONE) && logitBias.isEmpty();
    }

    /// What makes tokens less likely that have occurred.
    /// @param repetition divides the positive logits of tokens in prompt or answer and multiplies
    /// the negative ones; 1 changes nothing
    /// @param presence subtracted once from the logit of each token in the answer, -2 to 2
    /// @param frequency subtracted for each time that a token occurs in the answer, -2 to 2
    public record Penalties(double repetition, double presence, double frequency) {
        public static final Penalties NONE = new Penalties(1, 0, 0);

        private static final double MOST = 2;

        public Penalties {
            if (!(repetition > 0 && repetition <= 100)) {
                throw new IllegalArgumentException(
                        "The repetition penalty must be above 0 and at most 100");
            }
            if (!(Math.abs(presence) <= MOST && Math.abs(frequency) <= MOST)) {
                throw new IllegalArgumentException(
                        "Presence and frequency penalty must be between -2 and 2");
            }
        }
    }
}
