package org.allodium.engine.bench;

import java.lang.management.ManagementFactory;

/// Times work on the calling thread. With one compute thread (`OMP_NUM_THREADS=1`) it counts the
/// processor's time, so that figures hold on a machine that others use too; with more it counts
/// what the clock on the wall says.
public final class Stopwatch {
    private static final boolean ONE = "1".equals(System.getenv("OMP_NUM_THREADS"));

    private Stopwatch() {}

    public static double seconds(Runnable work) {
        long from = nanos();
        work.run();
        return (nanos() - from) / 1e9;
    }

    /// Of the calling thread, for differences.
    static long nanos() {
        return ONE
                ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                : System.nanoTime();
    }

    /// What the figures mean.
    public static String name() {
        return ONE ? "one core, processor time" : "all cores, wall time";
    }
}
