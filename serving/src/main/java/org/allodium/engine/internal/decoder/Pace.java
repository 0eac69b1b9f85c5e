package org.allodium.engine.internal.decoder;

import org.allodium.engine.DecoderOptions.Batching;

/// How many tokens of prompts go into a step, learnt from how long steps took, so that running
/// answers are held up no longer than wanted.
final class Pace {
    private static final int LEAST = 16;
    private static final int FIRST = 64;
    private static final double NEW = 0.3;
    /// Where no answer of this model waits, a cancel and other models do.
    private static final int PATIENCE = 4;

    private final int most;
    private final double limit;
    private double decodeNanos;
    private double tokenNanos;
    private int last;

    Pace(Batching batching) {
        most = batching.prefillChunk();
        limit = batching.longestStep().toNanos();
        last = FIRST;
    }

    /// @param streams whether answers are under way
    int chunk(boolean streams) {
        if (tokenNanos == 0) {
            return Math.min(most, FIRST);
        }
        double room = streams ? limit - decodeNanos : PATIENCE * limit;
        // No more than twice the last chunk: a figure from a small one says little of a large one.
        double chunk = Math.min(room / tokenNanos, 2.0 * Math.max(last, LEAST));
        int whole = Math.max(LEAST, (int) Math.min(chunk, most) / LEAST * LEAST);
        return Math.min(most, whole);
    }

    void measured(int prefillTokens, int decodeTokens, long nanos) {
        if (prefillTokens == 0) {
            decodeNanos = mixed(decodeNanos, nanos);
            return;
        }
        double decode = decodeTokens == 0 ? 0 : Math.min(decodeNanos, nanos / 2.0);
        double token = (nanos - decode) / prefillTokens;
        // A tail of a prompt pays the weights' way through memory for a few tokens: no measure.
        if (prefillTokens >= LEAST || tokenNanos == 0) {
            tokenNanos = token > tokenNanos ? token : mixed(tokenNanos, token);
            last = Math.max(prefillTokens, LEAST);
        }
    }

    private static double mixed(double before, double now) {
        return before == 0 ? now : before + NEW * (now - before);
    }
}
