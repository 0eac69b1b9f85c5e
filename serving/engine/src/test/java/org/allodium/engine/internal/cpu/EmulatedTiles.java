package org.allodium.engine.internal.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The machine code as a processor with matrix tiles runs it, with the instructions on tiles
/// written in C: for machines without.
public final class EmulatedTiles {
    private static Optional<CpuLibrary> found = Optional.empty();

    private EmulatedTiles() {}

    /// To be called on the compute thread; empty where own machine code cannot be had at all.
    public static synchronized Optional<CpuLibrary> find() {
        if (found.isEmpty()) {
            found = variant(true);
        }
        return found;
    }

    /// @param options for the compiler; other options make another library with a state of its own
    static Optional<CpuLibrary> variant(boolean allowed, String... options) {
        var all = new ArrayList<>(List.of("-DTILES_EMULATED"));
        all.addAll(List.of(options));
        return CpuLibrary.load(all, List.of("emulated.h"), allowed);
    }
}
