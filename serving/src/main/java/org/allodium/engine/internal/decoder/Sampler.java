package org.allodium.engine.internal.decoder;

import java.security.SecureRandom;
import java.util.Arrays;
import org.allodium.engine.Sampling;

/// Draws tokens from logits. The n-th draw depends on the seed, n and the logits alone.
final class Sampler {
    private static final SecureRandom SEEDS = new SecureRandom();
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Sampling sampling;
    private final long seed;
    private long draws;

    Sampler(Sampling sampling) {
        this.sampling = sampling;
        var given = sampling.seed();
        this.seed = given == null ? SEEDS.nextLong() : given;
    }

    int next(float[] logits) {
        int likeliest = likeliest(logits);
        if (sampling.temperature() == 0) {
            return likeliest;
        }
        double point = uniform(seed + GOLDEN * ++draws);
        var weights = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            weights[i] =
                    Math.exp((logits[i] - (double) logits[likeliest]) / sampling.temperature());
            sum += weights[i];
        }
        return sampling.topP() < 1
                ? fromNucleus(weights, sum, point)
                : fromAll(weights, sum * point, likeliest);
    }

    static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    private static int fromAll(double[] weights, double target, int likeliest) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            if (target < sum) {
                return i;
            }
        }
        // Rounding may leave the target a hair above the sum.
        return likeliest;
    }

    /// The nucleus: the likeliest tokens that together reach the share `topP`; ties by lower id.
    private int fromNucleus(double[] weights, double sum, double point) {
        // A token below this weight cannot be in the nucleus: all such together weigh less than the
        // rest of it.
        double least = sum * (1 - sampling.topP()) / weights.length;
        var order = new Integer[weights.length];
        int count = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] >= least) {
                order[count++] = i;
            }
        }
        Arrays.sort(
                order,
                0,
                count,
                (a, b) -> {
                    int byWeight = Double.compare(weights[b], weights[a]);
                    return byWeight != 0 ? byWeight : Integer.compare(a, b);
                });
        double nucleus = 0;
        int size = 0;
        while (size < count && nucleus < sum * sampling.topP()) {
            nucleus += weights[order[size++]];
        }
        double target = nucleus * point;
        double reached = 0;
        for (int i = 0; i < size; i++) {
            reached += weights[order[i]];
            if (target < reached) {
                return order[i];
            }
        }
        return order[0];
    }

    /// A number in [0, 1) from the top 53 bits of SplitMix64's finaliser.
    private static double uniform(long state) {
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
    }
}
