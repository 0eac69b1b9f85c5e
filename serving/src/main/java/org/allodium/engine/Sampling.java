package org.allodium.engine;

import org.jspecify.annotations.Nullable;

/// How the next token is drawn. Temperature 0 takes the likeliest token (lowest id on a tie).
///
/// With a seed, the n-th draw of a generation depends on the seed and n alone (SplitMix64 of both),
/// so the same request with the same seed on the same model and machine gives the same tokens,
/// whatever else runs. Without a seed each generation gets a random one.
public record Sampling(double temperature, double topP, @Nullable Long seed) {
    public static final Sampling GREEDY = new Sampling(0, 1, null);

    public Sampling {
        if (!(temperature >= 0 && temperature <= 100)) {
            throw new IllegalArgumentException("temperature must be between 0 and 100");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP must be above 0 and at most 1");
        }
    }
}
