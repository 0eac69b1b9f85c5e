package org.allodium.engine.internal.encoder;

/// With how many threads batches are computed: all or one, whichever takes less time at the moment.
/// All are faster on a machine that has nothing else to do. On a busy one they wait for each other
/// after every part of a layer, which can cost a batch many times what it takes. So both are timed,
/// and the slower is tried again the more rarely the slower it was.
final class ThreadChoice {
    static final int ALL = 0;
    static final int ONE = 1;

    private static final int TRY_AGAIN = 24;
    private static final double WEIGHT = 0.5;

    // By the size of a batch in powers of two, then ALL or ONE; 0 is not known yet.
    private final double[][] nanos = new double[Integer.SIZE][2];
    private final double[] patience = new double[Integer.SIZE];

    /// @param tokens of the batch
    int of(int tokens) {
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
        var known = nanos[size(tokens)];
        double perToken = Math.max(1, time) / (double) tokens;
        known[threads] =
                known[threads] == 0
                        ? perToken
                        : known[threads] + WEIGHT * (perToken - known[threads]);
    }

    private static int size(int tokens) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(tokens);
    }
}
