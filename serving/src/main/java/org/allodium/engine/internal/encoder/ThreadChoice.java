package org.allodium.engine.internal.encoder;

/// With how many threads small batches are computed: all or one, whichever takes less time at the
/// moment. All are faster on a machine that has nothing else to do. On a busy one they wait for
/// each
/// other after every part of a layer, which costs a small batch many times what it takes. So both
/// are timed, and the slower is tried again the more rarely the slower it was.
final class ThreadChoice {
    static final int ALL = 0;
    static final int ONE = 1;

    /// Batches above this many tokens always have all threads.
    static final int MOST_TOKENS = 256;

    private static final int SIZES = Integer.SIZE - Integer.numberOfLeadingZeros(MOST_TOKENS);
    private static final int TRY_AGAIN = 24;
    private static final double WEIGHT = 0.5;

    // By the size of a batch in powers of two, then ALL or ONE; 0 is not known yet.
    private final double[][] nanos = new double[SIZES][2];
    private final double[] patience = new double[SIZES];

    int of(int tokens) {
        if (tokens > MOST_TOKENS) {
            return ALL;
        }
        int size = size(tokens);
        var known = nanos[size];
        if (known[ALL] == 0 || known[ONE] == 0) {
            return known[ALL] == 0 ? ALL : ONE;
        }
        int faster = known[ALL] <= known[ONE] ? ALL : ONE;
        if (--patience[size] > 0) {
            return faster;
        }
        patience[size] = TRY_AGAIN * known[1 - faster] / known[faster];
        return 1 - faster;
    }

    void took(int tokens, int threads, long time) {
        if (tokens <= MOST_TOKENS) {
            var known = nanos[size(tokens)];
            double perToken = (double) time / tokens;
            known[threads] =
                    known[threads] == 0
                            ? perToken
                            : known[threads] + WEIGHT * (perToken - known[threads]);
        }
    }

    private static int size(int tokens) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(Math.max(1, tokens));
    }
}
