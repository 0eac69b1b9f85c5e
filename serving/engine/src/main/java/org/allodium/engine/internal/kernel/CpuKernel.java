package org.allodium.engine.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.allodium.engine.internal.cpu.CpuDecoder;
import org.allodium.engine.internal.model.DecoderSpec;

/// A model copy's steps in own machine code. A row's result does not depend on its neighbours.
final class CpuKernel implements StepKernel {
    // Bounds what logits take in native memory.
    private static final int ROWS_AT_ONCE = 64;

    private final CpuDecoder decoder;
    private final DecoderSpec spec;
    // Maps the embedding table, which is read where it lies in its file.
    private final Arena table;
    private final int pages;

    CpuKernel(CpuDecoder decoder, DecoderSpec spec, Arena table, int pages) {
        this.decoder = decoder;
        this.spec = spec;
        this.table = table;
        this.pages = pages;
        decoder.cache(pages);
    }

    @Override
    public int pageTokens() {
        return CpuDecoder.PAGE_TOKENS;
    }

    @Override
    public int pages() {
        return pages;
    }

    @Override
    public int vocabulary() {
        return spec.vocabulary();
    }

    @Override
    public boolean rowsStandAlone() {
        return true;
    }

    @Override
    public String pageLayout() {
        return "bf16 pairs [%d layers, keys and values, %d heads, %d positions, %d dimensions]"
                .formatted(
                        spec.layers(),
                        spec.keyValueHeads(),
                        CpuDecoder.PAGE_TOKENS,
                        spec.headDimensions());
    }

    @Override
    public long pageBytes() {
        return decoder.pageBytes();
    }

    @Override
    public List<Row> step(List<Segment> segments) {
        var plan = StepPlan.of(segments, CpuDecoder.PAGE_TOKENS, spec.window());
        decoder.step(
                new CpuDecoder.Step(
                        plan.ids(),
                        plan.positions(),
                        plan.places(),
                        numbers(segments),
                        segments.stream().flatMapToInt(s -> IntStream.of(s.pages())).toArray(),
                        plan.outputs()));
        int outputs = plan.outputs().length;
        var likeliest = new int[plan.likeliest()];
        var logits = new ArrayList<float[]>(outputs - likeliest.length);
        for (int first = 0; first < outputs; first += ROWS_AT_ONCE) {
            int count = Math.min(outputs - first, ROWS_AT_ONCE);
            try (var arena = Arena.ofConfined()) {
                var results = decoder.head(arena, first, count);
                for (int i = 0; i < count; i++) {
                    if (first + i < likeliest.length) {
                        likeliest[first + i] = results.likeliest().getAtIndex(JAVA_INT, i);
                    } else {
                        logits.add(row(results.logits(), i));
                    }
                }
            }
        }
        return plan.rows(segments, likeliest, logits);
    }

    private float[] row(MemorySegment logits, int index) {
        var row = new float[spec.vocabulary()];
        long from = (long) index * row.length * Float.BYTES;
        MemorySegment.copy(logits, JAVA_FLOAT, from, row, 0, row.length);
        return row;
    }

    private static long[] numbers(List<Segment> segments) {
        var numbers = new long[4 * segments.size()];
        int at = 0;
        long row = 0;
        long page = 0;
        for (var segment : segments) {
            numbers[at++] = row;
            numbers[at++] = segment.ids().length;
            numbers[at++] = segment.start();
            numbers[at++] = page;
            row += segment.ids().length;
            page += segment.pages().length;
        }
        return numbers;
    }

    @Override
    public byte[] exportPages(int[] wanted) {
        return decoder.read(wanted);
    }

    @Override
    public void importPages(int[] wanted, byte[] content) {
        long bytes = wanted.length * decoder.pageBytes();
        if (content.length != bytes) {
            throw new IllegalArgumentException(
                    "%d pages take %d bytes, not %d"
                            .formatted(wanted.length, bytes, content.length));
        }
        decoder.write(wanted, content);
    }

    @Override
    public void close() {
        decoder.close();
        table.close();
    }
}
