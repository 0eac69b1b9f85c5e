package org.allodium.engine.internal.sampling;

import java.security.SecureRandom;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.allodium.engine.Sampling;
import org.allodium.engine.Sampling.Penalties;
import org.allodium.engine.internal.grammar.Constraint;
import org.jspecify.annotations.Nullable;

/// Draws tokens from logits. The n-th draw depends on seed, n, logits and the tokens before alone.
public final class Sampler {
    private static final SecureRandom SEEDS = new SecureRandom();
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Sampling sampling;
    private final @Nullable Constraint constraint;
    private final boolean changesLogits;
    private final BitSet occurred = new BitSet();
    private final Map<Integer, Integer> answered = new HashMap<>();
    private final long seed;
    private long draws;

    public Sampler(Sampling sampling, @Nullable Constraint constraint, long[] prompt) {
        this.sampling = sampling;
        this.constraint = constraint;
        this.changesLogits =
                constraint != null
                        || !sampling.penalties().equals(Penalties.NONE)
                        || !sampling.logitBias().isEmpty();
        for (long id : prompt) {
            occurred.set((int) id);
        }
        var given = sampling.seed();
        this.seed = given == null ? SEEDS.nextLong() : given;
    }

    /// Whether it would take the likeliest token of any logits.
    public boolean likeliestOnly() {
        return sampling.temperature() == 0 && !changesLogits;
    }

    /// The next token; the logits stay as they are.
    public int next(float[] raw) {
        var logits = changesLogits ? changed(raw) : raw;
        int likeliest = likeliest(logits);
        return sampling.temperature() == 0 ? likeliest : draw(logits, likeliest);
    }

    /// To be told of each token of the answer.
    public void accept(int token) {
        if (constraint != null) {
            constraint.accept(token);
        }
        if (changesLogits) {
            occurred.set(token);
            answered.merge(token, 1, Integer::sum);
        }
    }

    public boolean complete() {
        return constraint != null && constraint.complete();
    }

    /// The tokens that will be drawn next, as far as the prescribed form leaves no choice.
    public long[] certain(int most) {
        return constraint == null ? Constraint.NOTHING : constraint.certain(most);
    }

    private float[] changed(float[] raw) {
        var logits = raw.clone();
        var penalties = sampling.penalties();
        if (penalties.repetition() != 1) {
            float by = (float) penalties.repetition();
            occurred.stream()
                    .filter(id -> id < logits.length)
                    .forEach(id -> logits[id] = logits[id] > 0 ? logits[id] / by : logits[id] * by);
        }
        if (penalties.presence() != 0 || penalties.frequency() != 0) {
            answered.forEach(
                    (id, times) ->
                            logits[id] -=
                                    (float) (penalties.presence() + times * penalties.frequency()));
        }
        sampling.logitBias()
                .forEach(
                        (id, bias) -> {
                            if (id >= 0 && id < logits.length) {
                                logits[id] += bias.floatValue();
                            }
                        });
        if (constraint != null) {
            constraint.mask(logits);
        }
        return logits;
    }

    public static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    private int draw(float[] logits, int likeliest) {
        double point = uniform(seed + GOLDEN * ++draws);
        var chances = new Chances(logits, likeliest, sampling.temperature());
        return chances.at(point, sampling, likeliest);
    }

    /// A number in [0, 1) from the top 53 bits of SplitMix64's finaliser.
    private static double uniform(long state) {
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
    }
}
