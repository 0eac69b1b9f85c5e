package org.allodium.engine.internal.cpu;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/// Loops that do nothing but what they measure, with all threads: the limits that benchmarks quote.
public final class CpuRoofline {
    private static final int READ = 0;
    private static final int FP32 = 1;
    private static final int INT8 = 2;
    private static final int INT8_TILES = 3;
    private static final int BF16_TILES = 4;

    private final MethodHandle measure;

    @SuppressWarnings("restricted") // Enabled for the whole product, as PyTorch needs it too.
    public CpuRoofline(CpuLibrary library) {
        measure =
                Linker.nativeLinker()
                        .downcallHandle(
                                library.symbols().findOrThrow("allodium_roofline"),
                                FunctionDescriptor.of(JAVA_DOUBLE, JAVA_INT));
    }

    public double bytesPerSecond() {
        return measure(READ);
    }

    public double fp32PerSecond() {
        return measure(FP32);
    }

    /// By tiles where they are used, else by vectors.
    public double int8PerSecond() {
        return Math.max(measure(INT8), measure(INT8_TILES));
    }

    /// By tiles; 0 where they are not used.
    public double bf16PerSecond() {
        return measure(BF16_TILES);
    }

    private double measure(int what) {
        try {
            return (double) measure.invokeExact(what);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("A native function threw", e);
        }
    }
}
