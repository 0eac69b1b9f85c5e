package org.allodium.engine.internal.sampling;

import java.util.ArrayList;
import java.util.List;
import org.allodium.engine.TokenScore;
import org.allodium.engine.TokenScore.Candidate;

/// Log-probabilities from logits.
public final class Scores {
    private static final float EXACT = 1e-4f;

    private Scores() {}

    /// @param top how many of the likeliest tokens to name
    public static TokenScore of(float[] logits, long token, int top) {
        double norm = norm(logits);
        var likeliest = new ArrayList<Candidate>();
        for (int id : likeliest(logits, top)) {
            likeliest.add(new Candidate(id, logits[id] - norm));
        }
        return new TokenScore(token, logits[(int) token] - norm, likeliest);
    }

    public static TokenScore unscored(long token) {
        return new TokenScore(token, Double.NaN, List.of());
    }

    private static double norm(float[] logits) {
        float largest = logits[Sampler.likeliest(logits)];
        var weights = Chances.weights(logits, largest, 1);
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            // The many small ones may be a millionth off.
            sum += weights[i] > EXACT ? Math.exp(logits[i] - (double) largest) : weights[i];
        }
        return largest + Math.log(sum);
    }

    /// The likeliest first, ties by lower id.
    private static int[] likeliest(float[] logits, int top) {
        int size = Math.min(top, logits.length);
        var ids = new int[size];
        int filled = 0;
        for (int id = 0; id < logits.length && size > 0; id++) {
            if (filled == size && logits[id] <= logits[ids[size - 1]]) {
                continue;
            }
            int at = filled < size ? filled++ : size - 1;
            while (at > 0 && logits[ids[at - 1]] < logits[id]) {
                ids[at] = ids[at - 1];
                at--;
            }
            ids[at] = id;
        }
        return ids;
    }
}
