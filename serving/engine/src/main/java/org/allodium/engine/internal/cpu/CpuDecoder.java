package org.allodium.engine.internal.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.TensorEntry.ElementType;

/// One model copy in machine code. Use it on the compute thread only.
public final class CpuDecoder implements AutoCloseable {
    /// Positions in a page: as many as a vector register holds.
    public static final int PAGE_TOKENS = 16;

    /// Outputs that lie in one block of packed weights.
    public static final int BLOCK = 64;

    /// Parts of a layer that are matrices, in the numbering of the C sources.
    public enum Matrix {
        QUERY,
        KEY,
        VALUE,
        OUT,
        GATE,
        UP,
        DOWN,
        HEAD
    }

    /// Norms, in the numbering of the C sources.
    public enum Vector {
        ATTENTION,
        FEED_FORWARD,
        QUERY,
        KEY,
        LAST
    }

    /// The rows of a step and, four numbers each, its segments: first row, rows, position of the
    /// first row, where its pages begin in `pages`.
    @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
    public record Step(
            long[] ids,
            long[] positions,
            long[] places,
            long[] segments,
            int[] pages,
            long[] outputs) {}

    /// What the head gave: logits row by row, in native memory, and each row's likeliest token.
    public record Outputs(MemorySegment logits, MemorySegment likeliest) {}

    private static final long SHAPE_NUMBERS = 19;
    private static final long STEP_NUMBERS = 9;

    private final CpuFunctions functions;
    private final DecoderSpec spec;
    private final MemorySegment model;

    private CpuDecoder(CpuFunctions functions, DecoderSpec spec, MemorySegment model) {
        this.functions = functions;
        this.spec = spec;
        this.model = model;
    }

    /// Whether a model's sizes are among those that the machine code is made for.
    public static boolean suits(DecoderSpec spec) {
        return spec.headDimensions() % 16 == 0
                && spec.headDimensions() <= 256
                && spec.heads() / spec.keyValueHeads() <= 48
                && spec.hidden() % 2 == 0
                && spec.intermediate() % 2 == 0;
    }

    /// @param bits of a weight: 16, 8 or 4
    public static CpuDecoder open(CpuLibrary library, DecoderSpec spec, int bits, int headBits) {
        var functions = CpuFunctions.of(library);
        try (var arena = Arena.ofConfined()) {
            var frequencies = spec.rope().frequencies(spec.headDimensions());
            var rotates = arena.allocate(spec.layers());
            for (int l = 0; l < spec.layers(); l++) {
                rotates.set(JAVA_BYTE, l, (byte) (spec.layersWithoutRope().contains(l) ? 0 : 1));
            }
            var model =
                    (MemorySegment)
                            CpuFunctions.call(
                                    functions.open(),
                                    shape(arena, spec, bits, headBits),
                                    arena.allocateFrom(JAVA_FLOAT, frequencies),
                                    rotates);
            CpuFunctions.checkMemory(model.address() != 0);
            return new CpuDecoder(functions, spec, model);
        }
    }

    private static MemorySegment shape(Arena arena, DecoderSpec spec, int bits, int headBits) {
        var numbers =
                new long[] {
                    spec.layers(),
                    spec.hidden(),
                    spec.heads(),
                    spec.keyValueHeads(),
                    spec.headDimensions(),
                    spec.intermediate(),
                    spec.vocabulary(),
                    spec.window(),
                    bits,
                    headBits,
                    spec.biases().queryKeyValue() ? 1 : 0,
                    spec.biases().attentionOut() ? 1 : 0,
                    spec.biases().feedForward() ? 1 : 0,
                    spec.normedQueriesAndKeys() ? 1 : 0
                };
        var factors = spec.multipliers();
        var decimals =
                new double[] {
                    spec.normEpsilon(),
                    factors.embedding(),
                    factors.attention(),
                    factors.residual(),
                    factors.logits()
                };
        var shape = arena.allocate(SHAPE_NUMBERS * Long.BYTES, Long.BYTES);
        MemorySegment.copy(numbers, 0, shape, JAVA_LONG, 0, numbers.length);
        MemorySegment.copy(
                decimals,
                0,
                shape,
                JAVA_DOUBLE,
                (long) numbers.length * Long.BYTES,
                decimals.length);
        return shape;
    }

    /// Packs rows of a matrix.
    /// @param first the row of the part at which `content` begins: a multiple of [#BLOCK]
    /// @param rows a multiple of [#BLOCK] unless they are the part's last
    public void matrix(
            int layer,
            Matrix part,
            long first,
            long rows,
            MemorySegment content,
            ElementType type) {
        CpuFunctions.call(
                functions.matrix(),
                model,
                (long) layer,
                part.ordinal(),
                first,
                rows,
                content,
                stored(type));
    }

    public void bias(
            int layer,
            Matrix part,
            long first,
            long rows,
            MemorySegment content,
            ElementType type) {
        CpuFunctions.call(
                functions.bias(),
                model,
                (long) layer,
                part.ordinal(),
                first,
                rows,
                content,
                stored(type));
    }

    public void vector(
            int layer, Vector which, MemorySegment content, long count, ElementType type) {
        CpuFunctions.call(
                functions.vector(),
                model,
                (long) layer,
                which.ordinal(),
                content,
                count,
                stored(type));
    }

    /// The embedding table, which must stay readable at this place until [#close].
    public void table(MemorySegment content, ElementType type) {
        CpuFunctions.call(functions.table(), model, content, stored(type));
    }

    private static int stored(ElementType type) {
        return switch (type) {
            case F32 -> 0;
            case F16 -> 1;
            case BF16 -> 2;
            case I64 -> throw new IllegalArgumentException("Whole numbers are no weights");
        };
    }

    /// Makes an empty cache in place of the one that was.
    public void cache(long pages) {
        CpuFunctions.checkMemory((int) CpuFunctions.call(functions.cache(), model, pages) != 0);
    }

    /// Computes all rows; those that are outputs wait for [#head].
    public void step(Step step) {
        try (var arena = Arena.ofConfined()) {
            var numbers = arena.allocate(STEP_NUMBERS * Long.BYTES, Long.BYTES);
            numbers.setAtIndex(JAVA_LONG, 0, step.ids().length);
            numbers.setAtIndex(JAVA_LONG, 1, step.segments().length / 4);
            numbers.setAtIndex(JAVA_LONG, 2, step.outputs().length);
            int at = 3;
            var lists =
                    new long[][] {
                        step.ids(), step.positions(), step.places(), step.segments(), step.outputs()
                    };
            for (var list : lists) {
                numbers.setAtIndex(ADDRESS, at++, arena.allocateFrom(JAVA_LONG, list));
            }
            numbers.setAtIndex(ADDRESS, at, arena.allocateFrom(JAVA_INT, step.pages()));
            CpuFunctions.checkMemory(
                    (int) CpuFunctions.call(functions.step(), model, numbers) != 0);
        }
    }

    /// Logits of the last step's outputs, which stay until the next call.
    /// @param arena owns the list of likeliest tokens
    @SuppressWarnings("restricted") // The function says how much there is.
    public Outputs head(Arena arena, long first, long rows) {
        var likeliest = arena.allocate(rows * Integer.BYTES, Integer.BYTES);
        var logits =
                (MemorySegment) CpuFunctions.call(functions.head(), model, first, rows, likeliest);
        CpuFunctions.checkMemory(logits.address() != 0);
        return new Outputs(logits.reinterpret(rows * spec.vocabulary() * Float.BYTES), likeliest);
    }

    public long pageBytes() {
        return 2L * Short.BYTES * spec.layers() * spec.keyValueWidth() * PAGE_TOKENS;
    }

    public byte[] read(int[] pages) {
        try (var arena = Arena.ofConfined()) {
            var content = arena.allocate(Math.max(1, pages.length * pageBytes()));
            var list = arena.allocateFrom(JAVA_INT, pages);
            CpuFunctions.call(functions.pages(), model, list, (long) pages.length, content, 0);
            return content.asSlice(0, pages.length * pageBytes()).toArray(JAVA_BYTE);
        }
    }

    public void write(int[] pages, byte[] content) {
        try (var arena = Arena.ofConfined()) {
            var list = arena.allocateFrom(JAVA_INT, pages);
            var bytes = arena.allocateFrom(JAVA_BYTE, content);
            CpuFunctions.call(functions.pages(), model, list, (long) pages.length, bytes, 1);
        }
    }

    @Override
    public void close() {
        CpuFunctions.call(functions.close(), model);
    }
}
