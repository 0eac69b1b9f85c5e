package org.allodium.engine.internal.scheduler;

import org.allodium.engine.internal.grammar.Constraint;

/// A form that allows other tokens at each place, and ends after some tokens.
final class Whim implements Constraint {
    private static final int ROUND = 3;

    private final int length;
    private int count;

    Whim(int length) {
        this.length = length;
    }

    @Override
    public void mask(float[] logits) {
        for (int i = 0; i < logits.length; i++) {
            if (i != BatchingWorld.END_TOKEN && (i + count) % ROUND == 0) {
                logits[i] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    @Override
    public void accept(int token) {
        if (token != BatchingWorld.END_TOKEN && (token + count) % ROUND == 0) {
            throw new IllegalStateException("The token was not allowed");
        }
        count++;
    }

    @Override
    public boolean complete() {
        return count >= length;
    }
}
