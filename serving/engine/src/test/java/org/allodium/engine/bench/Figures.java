package org.allodium.engine.bench;

import java.util.Arrays;
import java.util.Collection;

/// Numbers of one kind, measured many times.
record Figures(double[] sorted) {
    static Figures of(Collection<Double> measured) {
        var sorted = measured.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return new Figures(sorted);
    }

    /// The least figure that a share of all does not exceed.
    double at(double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return sorted[Math.clamp(index, 0, sorted.length - 1)];
    }

    double mean() {
        return Arrays.stream(sorted).average().orElse(Double.NaN);
    }
}
