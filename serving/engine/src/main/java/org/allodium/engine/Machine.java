package org.allodium.engine;

/// What this process computes with, whatever models it has.
/// @param instructions what PyTorch's operators use of the processor
/// @param ownCode whether own machine code can compute models
/// @param tiles whether that code multiplies by matrix tiles
public record Machine(InstructionSet instructions, boolean ownCode, boolean tiles) {
    public String words() {
        return "PyTorch's operators use %s; %s"
                .formatted(
                        instructions.label(),
                        ownCode
                                ? "own machine code is used" + (tiles ? ", with matrix tiles" : "")
                                : "own machine code is not used");
    }
}
