package org.allodium.it.bench;

import java.util.Locale;

/// How late tokens were, in steps of 20 microseconds up to two seconds.
final class Delays {
    private static final int STEP_NANOS = 20_000;

    private final long[] counts = new long[100_000];
    private long all;

    void add(long nanos) {
        counts[Math.clamp(nanos / STEP_NANOS, 0, counts.length - 1)]++;
        all++;
    }

    void add(Delays others) {
        for (int n = 0; n < counts.length; n++) {
            counts[n] += others.counts[n];
        }
        all += others.all;
    }

    long count() {
        return all;
    }

    /// In milliseconds.
    double percentile(double part) {
        long below = (long) (all * part);
        int at = 0;
        for (long seen = counts[0]; seen <= below && at < counts.length - 1; seen += counts[at]) {
            at++;
        }
        return at * (STEP_NANOS / 1e6);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "p50 %.2f ms, p99 %.2f ms", percentile(0.5), percentile(0.99));
    }
}
