package org.allodium.models.training;

import ai.djl.training.tracker.Tracker;

/// How the learning rate runs: up in a line, then down along half a cosine to a tenth.
record Schedule(int steps, int warmUp, double peak) implements Tracker {

    double rate(int step) {
        if (step < warmUp) {
            return peak * (step + 1) / warmUp;
        }
        double progress = Math.min(1, (step - warmUp) / (double) Math.max(1, steps - warmUp));
        return peak * (0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI * progress)));
    }

    /// The optimiser counts from one.
    @Override
    public float getNewValue(int update) {
        return (float) rate(update - 1);
    }
}
