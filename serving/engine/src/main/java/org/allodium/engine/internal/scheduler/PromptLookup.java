package org.allodium.engine.internal.scheduler;

/// Guesses how a text goes on: as it did where its last tokens stood before. Answers quote their
/// question, code names a thing again, lists repeat their form. Only the sequence's own tokens are
/// looked at, never those of another one.
final class PromptLookup {
    /// The more tokens are the same, the likelier is the next one; beyond four little is gained.
    private static final int LONGEST = 4;
    /// Where only one token is the same, what follows is anybody's guess.
    private static final int SHORTEST = 2;
    private static final long[] NOTHING = {};

    private PromptLookup() {}

    /// What followed the longest match of the last tokens, of equally long ones the latest. If the
    /// text ends before the guess has its length, it goes on with the guess itself: what repeats
    /// itself once will do so again. One pass over the tokens, which takes microseconds beside a
    /// step's milliseconds; an index would have to be kept for every sequence.
    /// @param length how many of the ids count
    /// @param most tokens to guess
    /// @return as many as asked for, or none
    static long[] after(long[] ids, int length, int most) {
        int from = following(ids, length);
        if (from < 0 || most <= 0) {
            return NOTHING;
        }
        var guess = new long[most];
        for (int i = 0; i < most; i++) {
            int at = from + i;
            guess[i] = at < length ? ids[at] : guess[at - length];
        }
        return guess;
    }

    /// The place after the best match; -1 without one.
    private static int following(long[] ids, int length) {
        int longest = SHORTEST - 1;
        int from = -1;
        for (int end = length - 1; end >= SHORTEST && longest < LONGEST; end--) {
            int same = same(ids, length, end);
            if (same > longest) {
                longest = same;
                from = end;
            }
        }
        return from;
    }

    /// How many tokens before `end` are the same as the last ones.
    private static int same(long[] ids, int length, int end) {
        int same = 0;
        while (same < LONGEST && same < end && ids[end - 1 - same] == ids[length - 1 - same]) {
            same++;
        }
        return same;
    }
}
