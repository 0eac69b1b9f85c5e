package org.allodium.engine.internal.scheduler;

import org.allodium.engine.DecoderOptions.Batching;

/// How many tokens of prompts go into a step, so that they hold up running answers no longer than
/// wanted. What a token costs is learnt from the steps before as the slope of a line through their
/// tokens and times, the late ones counting more: a step has a price of its own, which answers pay
/// anyway. Without that, a machine whose steps are dear would be given ever smaller pieces, and
/// never get through its prompts.
final class Pace {
    private static final int LEAST = 32;
    private static final int ROUND = 16;
    private static final int FIRST = 64;
    /// Where no answer of this model waits, a cancel and other models do.
    private static final int PATIENCE = 4;
    /// What an old step still counts after the next one.
    private static final double KEPT = 0.9;
    /// Sizes that differ less from each other, as share of their mean, say nothing of a slope.
    private static final double LEAST_SPREAD = 0.1;
    /// A slope found among hiccups may be too good to be true.
    private static final double BEST_SHARE = 0.1;

    private final int most;
    private final double limit;
    private double steps;
    private double tokens;
    private double nanos;
    private double squares;
    private double products;
    private int last = FIRST / 2;

    Pace(Batching batching) {
        most = batching.prefillChunk();
        limit = batching.longestStep().toNanos();
    }

    /// @param streams whether answers are under way
    int chunk(boolean streams) {
        double room = streams ? limit : PATIENCE * limit;
        // A figure from small pieces says little of large ones.
        double chunk = 2.0 * last;
        if (spread()) {
            chunk = Math.min(chunk, room / Math.max(slope(), BEST_SHARE * whole()));
        } else if (steps > 0) {
            chunk = Math.min(chunk, ofOneSize(room));
        }
        int even = (int) Math.min(chunk, most) / ROUND * ROUND;
        return Math.min(most, Math.max(LEAST, even));
    }

    /// All steps had one size, so what of their time was their own price is not known. As if none
    /// was, a larger piece takes longer at most in proportion. Where that is too long already, a
    /// much smaller piece tells the price apart, and holds up nobody.
    private double ofOneSize(double room) {
        double safe = room / whole();
        return safe >= last ? safe : last / 4.0;
    }

    /// What a token took, its share of the steps' own price included.
    private double whole() {
        return tokens == 0 ? 0 : nanos / tokens;
    }

    private boolean spread() {
        if (steps == 0) {
            return false;
        }
        double mean = tokens / steps;
        return squares / steps - mean * mean > Math.pow(LEAST_SPREAD * mean, 2) && mean > 0;
    }

    private double slope() {
        double mean = tokens / steps;
        double variance = squares / steps - mean * mean;
        return (products / steps - mean * nanos / steps) / variance;
    }

    /// Takes what a step took, answers' tokens included. Guessed ones are rows beyond the step's
    /// own price as those of prompts are: taken for a part of the price, which changes with them,
    /// they would tilt the line and make pieces smaller. They are too few to draw it by alone.
    void measured(int prefillTokens, int guessed, long took) {
        if (prefillTokens == 0 && guessed > 0) {
            return;
        }
        double rows = prefillTokens + guessed;
        steps = KEPT * steps + 1;
        tokens = KEPT * tokens + rows;
        nanos = KEPT * nanos + took;
        squares = KEPT * squares + rows * rows;
        products = KEPT * products + rows * took;
        if (prefillTokens > 0) {
            last = Math.max(prefillTokens, LEAST);
        }
    }
}
