package org.allodium.engine.internal.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.allodium.engine.ModelRefused;

/// The cores that the system lets a thread run on. Threads that it starts inherit them.
final class Cores {
    /// As large as the C library's own set: 1,024 cores.
    private static final long SET_BYTES = 128;

    private static final FunctionDescriptor SIGNATURE =
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS);
    private static final Optional<MethodHandle> SET = find("sched_setaffinity");
    private static final Optional<MethodHandle> GET = find("sched_getaffinity");

    private Cores() {}

    @SuppressWarnings("restricted") // The two functions do what their signatures say.
    private static Optional<MethodHandle> find(String name) {
        var linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(address -> linker.downcallHandle(address, SIGNATURE));
    }

    /// Keeps the calling thread to some cores.
    /// @throws ModelRefused if the process may not use one of them
    static void keepTo(List<Integer> cores) {
        var wanted = new BitSet();
        cores.forEach(wanted::set);
        if (wanted.length() > SET_BYTES * Byte.SIZE || !set(wanted)) {
            throw new ModelRefused(
                    "The cores %s are not all among those that this process may use."
                            .formatted(cores));
        }
    }

    private static boolean set(BitSet wanted) {
        try (var arena = Arena.ofConfined()) {
            var set = arena.allocate(SET_BYTES);
            if (call(GET, set) < 0) {
                return false;
            }
            var allowed = BitSet.valueOf(set.asByteBuffer());
            allowed.and(wanted);
            set.fill((byte) 0).copyFrom(MemorySegment.ofArray(wanted.toByteArray()));
            return allowed.equals(wanted) && call(SET, set) == 0;
        }
    }

    /// What a function says of the calling thread; negative where the system has none.
    private static int call(Optional<MethodHandle> function, MemorySegment set) {
        try {
            return function.isEmpty() ? -1 : (int) function.get().invokeExact(0, SET_BYTES, set);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
