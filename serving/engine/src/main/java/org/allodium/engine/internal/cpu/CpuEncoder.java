package org.allodium.engine.internal.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.TensorEntry.ElementType;

/// One copy of an encoder in machine code: all layers, without what makes one vector or number of
/// the tokens' vectors. Use it on the compute thread only.
public final class CpuEncoder implements AutoCloseable {
    /// Parts of a layer that are matrices, in the numbering of the C sources.
    public enum Matrix {
        QUERY,
        KEY,
        VALUE,
        OUT,
        UP,
        DOWN
    }

    /// A weight as its file holds it.
    public record Stored(MemorySegment content, ElementType type) {
        private int code() {
            return switch (type) {
                case F32 -> 0;
                case F16 -> 1;
                case BF16 -> 2;
                case I64 -> throw new IllegalArgumentException("Whole numbers are no weights");
            };
        }
    }

    private static final int SHAPE_NUMBERS = 7;
    private static final int LANES = 16;

    private final EncoderSpec spec;
    private final MemorySegment model;
    private final MethodHandle close;
    private final MethodHandle matrix;
    private final MethodHandle bias;
    private final MethodHandle norm;
    private final MethodHandle tables;
    private final MethodHandle run;

    private CpuEncoder(CpuLibrary library, EncoderSpec spec, MemorySegment model) {
        var symbols = library.symbols();
        var part = FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
        this.spec = spec;
        this.model = model;
        close = CpuFunctions.handle(symbols, "encoder_close", FunctionDescriptor.ofVoid(ADDRESS));
        matrix = CpuFunctions.handle(symbols, "encoder_matrix", part);
        bias = CpuFunctions.handle(symbols, "encoder_bias", part);
        norm = CpuFunctions.handle(symbols, "encoder_norm", part);
        tables =
                CpuFunctions.handle(
                        symbols,
                        "encoder_tables",
                        FunctionDescriptor.ofVoid(
                                ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT));
        run =
                CpuFunctions.handle(
                        symbols,
                        "encoder_run",
                        FunctionDescriptor.of(
                                JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT,
                                JAVA_INT, ADDRESS));
    }

    /// Whether a model's sizes are among those that the machine code is made for.
    public static boolean suits(EncoderSpec spec) {
        return spec.hidden() / spec.heads() % LANES == 0 && spec.intermediate() % LANES == 0;
    }

    /// @param bits of a weight: 16 or 8
    public static CpuEncoder open(CpuLibrary library, EncoderSpec spec, int bits) {
        var open =
                CpuFunctions.handle(
                        library.symbols(), "encoder_open", FunctionDescriptor.of(ADDRESS, ADDRESS));
        try (var arena = Arena.ofConfined()) {
            var shape = arena.allocate((SHAPE_NUMBERS + 1) * Long.BYTES, Long.BYTES);
            var numbers =
                    new long[] {
                        spec.layers(),
                        spec.hidden(),
                        spec.heads(),
                        spec.intermediate(),
                        spec.positions(),
                        spec.tokenTypes(),
                        bits
                    };
            MemorySegment.copy(numbers, 0, shape, JAVA_LONG, 0, SHAPE_NUMBERS);
            shape.setAtIndex(JAVA_DOUBLE, SHAPE_NUMBERS, spec.normEpsilon());
            var model = (MemorySegment) CpuFunctions.call(open, shape);
            CpuFunctions.checkMemory(model.address() != 0);
            return new CpuEncoder(library, spec, model);
        }
    }

    public void matrix(int layer, Matrix part, Stored weight) {
        CpuFunctions.call(
                matrix, model, (long) layer, part.ordinal(), weight.content(), weight.code());
    }

    public void bias(int layer, Matrix part, Stored weight) {
        CpuFunctions.call(
                bias, model, (long) layer, part.ordinal(), weight.content(), weight.code());
    }

    /// Gain and shift of a norm.
    /// @param layer -1 for the norm of the embeddings
    /// @param last whether it is the layer's last norm
    public void norm(int layer, boolean last, Stored gain, Stored shift) {
        int first = last ? 2 : 0;
        CpuFunctions.call(norm, model, (long) layer, first, gain.content(), gain.code());
        CpuFunctions.call(norm, model, (long) layer, first + 1, shift.content(), shift.code());
    }

    /// @param words must stay readable at its place until [#close]
    public void tables(Stored words, Stored positions, Stored types) {
        CpuFunctions.call(
                tables,
                model,
                words.content(),
                words.code(),
                positions.content(),
                positions.code(),
                types.content(),
                types.code());
    }

    /// Vectors after the last layer, one behind the other.
    /// @param tokens ids of all inputs, then their positions, then their types
    /// @param starts where each input begins, and where the last one ends
    /// @param firsts whether only each input's first token is wanted
    /// @param threads 0 for all; what comes out does not depend on them
    public float[] run(long[] tokens, long[] starts, boolean firsts, int threads) {
        int inputs = starts.length - 1;
        long count = tokens.length / 3;
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(JAVA_FLOAT, (firsts ? inputs : count) * spec.hidden());
            CpuFunctions.checkMemory(
                    (int)
                                    CpuFunctions.call(
                                            run,
                                            model,
                                            count,
                                            arena.allocateFrom(JAVA_LONG, tokens),
                                            (long) inputs,
                                            arena.allocateFrom(JAVA_LONG, starts),
                                            firsts ? 1 : 0,
                                            threads,
                                            out)
                            != 0);
            return out.toArray(JAVA_FLOAT);
        }
    }

    @Override
    public void close() {
        CpuFunctions.call(close, model);
    }
}
