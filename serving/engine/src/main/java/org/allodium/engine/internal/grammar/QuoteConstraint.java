package org.allodium.engine.internal.grammar;

import java.util.Arrays;

/// One row of tokens and no other.
public final class QuoteConstraint implements Constraint {
    private final long[] tokens;
    private int next;

    /// @param tokens of the whole answer, without an end token
    public QuoteConstraint(long[] tokens) {
        this.tokens = tokens.clone();
    }

    @Override
    public void mask(float[] logits) {
        if (complete()) {
            return;
        }
        int only = (int) tokens[next];
        float kept = logits[only];
        Arrays.fill(logits, Float.NEGATIVE_INFINITY);
        logits[only] = kept;
    }

    @Override
    public void accept(int token) {
        next++;
    }

    @Override
    public long[] certain(int most) {
        return Arrays.copyOfRange(tokens, next, Math.min(tokens.length, next + Math.max(0, most)));
    }

    @Override
    public boolean complete() {
        return next >= tokens.length;
    }
}
