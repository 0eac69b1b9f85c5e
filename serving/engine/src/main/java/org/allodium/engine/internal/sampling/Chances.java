package org.allodium.engine.internal.sampling;

import java.util.Arrays;
import org.allodium.engine.Sampling;

/// How likely each token is to be drawn, as weights beside the likeliest one's weight of 1. A large
/// vocabulary is looked at for every draw. So exponentials are computed in a way that processors do
/// many at a time, and only tokens of the likeliest classes of logits are sorted.
final class Chances {
    /// A token this much below the likeliest is drawn once in 10^17 draws: never.
    private static final float LEAST = -40;
    private static final float NOTHING = exponential(LEAST);
    private static final int CLASSES = 2048;
    private static final float CLASSES_PER_UNIT = CLASSES / -LEAST;
    private static final int BLOCK = 1024;

    private final float[] logits;
    private final float best;
    private final float scale;
    private final float[] weights;

    Chances(float[] logits, int likeliest, double temperature) {
        this.logits = logits;
        this.best = logits[likeliest];
        this.scale = (float) (1 / temperature);
        this.weights = weights(logits, best, scale);
    }

    /// `e^((logit - best) * scale)` of all, 0 where that is next to nothing; exact to about 1e-5.
    static float[] weights(float[] logits, float best, float scale) {
        var weights = new float[logits.length];
        for (int i = 0; i < weights.length; i++) {
            float x = Math.max((logits[i] - best) * scale, LEAST);
            weights[i] = exponential(x) - NOTHING;
        }
        return weights;
    }

    /// `e^x` as the 64th power of the series for `x / 64`. Sums and products alone, no branch: so a
    /// loop over it is computed for many numbers at once.
    private static float exponential(float x) {
        float y = x * (1f / 64);
        float e = y * (1f / 9) + 1;
        e = e * y * (1f / 8) + 1;
        e = e * y * (1f / 7) + 1;
        e = e * y * (1f / 6) + 1;
        e = e * y * (1f / 5) + 1;
        e = e * y * (1f / 4) + 1;
        e = e * y * (1f / 3) + 1;
        e = e * y * (1f / 2) + 1;
        e = e * y + 1;
        e = e * e;
        e = e * e;
        e = e * e;
        e = e * e;
        e = e * e;
        return e * e;
    }

    /// The token at a point from 0 to 1 among those that are kept.
    int at(double point, Sampling sampling, int likeliest) {
        if (sampling.topK() == 0 && sampling.topP() == 1) {
            return amongAll(point, (float) sampling.minP(), likeliest);
        }
        return amongLikeliest(point, sampling);
    }

    private int amongAll(double point, float least, int likeliest) {
        var sums = new double[Math.ceilDiv(weights.length, BLOCK)];
        double sum = 0;
        for (int block = 0; block < sums.length; block++) {
            int end = Math.min(weights.length, (block + 1) * BLOCK);
            sums[block] = sum(block * BLOCK, end, least);
            sum += sums[block];
        }
        double left = sum * point;
        int block = 0;
        while (block < sums.length - 1 && left >= sums[block]) {
            left -= sums[block++];
        }
        int end = Math.min(weights.length, (block + 1) * BLOCK);
        for (int i = block * BLOCK; i < end; i++) {
            float weight = weights[i] < least ? 0 : weights[i];
            if (left < weight) {
                return i;
            }
            left -= weight;
        }
        // Rounding may leave a hair.
        return likeliest;
    }

    /// In two halves, because each addition waits for the one before it.
    private double sum(int from, int to, float least) {
        double even = 0;
        double odd = 0;
        int i = from;
        for (; i + 1 < to; i += 2) {
            even += weights[i] < least ? 0 : weights[i];
            odd += weights[i + 1] < least ? 0 : weights[i + 1];
        }
        return even + odd + (i < to && weights[i] >= least ? weights[i] : 0);
    }

    private int amongLikeliest(double point, Sampling sampling) {
        var counts = new int[CLASSES + 1];
        var sums = new double[CLASSES + 1];
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                int at = classOf(i);
                counts[at]++;
                sums[at] += weights[i];
            }
        }
        double all = Arrays.stream(sums).sum();
        int most = sampling.topK() == 0 ? Integer.MAX_VALUE : sampling.topK();
        double share = sampling.topP() * all;
        int count = 0;
        double reached = 0;
        int last = 0;
        // One class beyond the share, because sums in another order round otherwise.
        boolean enough = false;
        while (last <= CLASSES && count < most && !enough) {
            enough = most == Integer.MAX_VALUE && reached >= share;
            count += counts[last];
            reached += sums[last];
            last++;
        }
        var ids = byLikelihood(last, count);
        int kept = Math.min(ids.length, most);
        return drawn(ids, kept, point, most == Integer.MAX_VALUE ? all : sum(ids, kept), sampling);
    }

    private int classOf(int id) {
        return (int) ((best - logits[id]) * scale * CLASSES_PER_UNIT);
    }

    private double sum(int[] ids, int kept) {
        double sum = 0;
        for (int i = 0; i < kept; i++) {
            sum += weights[ids[i]];
        }
        return sum;
    }

    /// The nucleus: the likeliest tokens that together reach the share `topP` of all.
    private int drawn(int[] ids, int kept, double point, double all, Sampling sampling) {
        double share = sampling.topP() * all;
        int end = 0;
        double nucleus = 0;
        double drawable = 0;
        while (end < kept && (end == 0 || sampling.topP() == 1 || nucleus < share)) {
            float weight = weights[ids[end++]];
            nucleus += weight;
            drawable += weight < sampling.minP() ? 0 : weight;
        }
        double left = drawable * point;
        for (int i = 0; i < end; i++) {
            float weight = weights[ids[i]];
            if (left < weight || weight < sampling.minP()) {
                return weight < sampling.minP() ? ids[0] : ids[i];
            }
            left -= weight;
        }
        return ids[0];
    }

    /// Tokens of the first classes, the likeliest first, ties by lower id: sorted as numbers that
    /// hold the logit above the id.
    private int[] byLikelihood(int classes, int count) {
        var keys = new long[count];
        int at = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0 && classOf(i) < classes) {
                // Adding 0 makes -0 and 0 one number.
                int bits = Float.floatToIntBits(logits[i] + 0f);
                int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
                keys[at++] = ((long) ~ascending << Integer.SIZE) | i;
            }
        }
        Arrays.sort(keys);
        var ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = (int) keys[i];
        }
        return ids;
    }
}
