package org.allodium.engine.internal.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The C library's allocator. Left to itself, glibc keeps what a closed model gave back: it learns
/// from the first large block freed to take such blocks from its pools, which never shrink below
/// 64 MB each. Elsewhere all this does nothing.
final class NativeMemory {
    private static final Logger LOG = LoggerFactory.getLogger(NativeMemory.class);
    private static final int MMAP_THRESHOLD = -3;
    /// Weights are larger, what a step computes in between is mostly smaller.
    private static final int LARGE = 16 << 20;

    private static final Optional<MethodHandle> TRIM =
            find("malloc_trim", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    private static final Optional<MethodHandle> SET =
            find(
                    "mallopt",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private NativeMemory() {}

    @SuppressWarnings("restricted") // The two functions do what their signatures say.
    private static Optional<MethodHandle> find(String name, FunctionDescriptor signature) {
        var linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(address -> linker.downcallHandle(address, signature));
    }

    /// Lets large blocks go back to the system at once when they are freed.
    static void keepNothingLarge() {
        SET.ifPresent(call -> run(() -> (int) call.invokeExact(MMAP_THRESHOLD, LARGE)));
    }

    static void giveBack() {
        TRIM.ifPresent(call -> run(() -> (int) call.invokeExact(0L)));
    }

    private interface Call {
        int run() throws Throwable;
    }

    private static void run(Call call) {
        try {
            LOG.debug("The allocator said {}", call.run());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
