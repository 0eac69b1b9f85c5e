package org.allodium.engine.internal.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.allodium.engine.internal.kernel.StepKernel.Row;
import org.allodium.engine.internal.kernel.StepKernel.Segment;

/// A step's segments as the flat arrays that the script reads.
/// @param places where in the cache each row's key and value go
/// @param segments six numbers each, as [DecoderScript] describes them
/// @param runs pairs of place and length
/// @param outputs the rows whose logits are wanted: first those of which only the likeliest token
/// is, then the others
/// @param likeliest how many of the outputs are of the first kind
@SuppressWarnings("ArrayRecordComponent") // Read once by the kernel, never compared.
record StepPlan(
        long[] ids,
        long[] positions,
        long[] places,
        long[] segments,
        long[] runs,
        long[] outputs,
        int likeliest) {

    /// @param window how many positions a token sees
    static StepPlan of(List<Segment> segments, int pageTokens, int window) {
        var ids = LongStream.builder();
        var positions = LongStream.builder();
        var places = LongStream.builder();
        var numbers = LongStream.builder();
        var runs = new Runs(pageTokens);
        var likeliest = LongStream.builder();
        var others = LongStream.builder();
        int row = 0;
        for (var segment : segments) {
            int n = segment.ids().length;
            Arrays.stream(segment.ids()).forEach(ids);
            for (int i = segment.start(); i < segment.start() + n; i++) {
                positions.add(i);
                places.add((long) segment.pages()[i / pageTokens] * pageTokens + i % pageTokens);
            }
            int low = Math.max(0, segment.start() - (window - 1));
            int first = runs.count();
            runs.add(segment.pages(), low, segment.start() + n);
            LongStream.of(row, n, segment.start(), low, first, runs.count() - first)
                    .forEach(numbers);
            row += n;
            int wanted = segment.wanted().positions(n);
            LongStream.range(row - wanted, row)
                    .forEach(segment.wanted().likeliest() ? likeliest : others);
        }
        var best = likeliest.build().toArray();
        return new StepPlan(
                ids.build().toArray(),
                positions.build().toArray(),
                places.build().toArray(),
                numbers.build().toArray(),
                runs.toArray(),
                LongStream.concat(Arrays.stream(best), others.build()).toArray(),
                best.length);
    }

    List<Row> rows(List<Segment> segments, int[] likeliest, List<float[]> logits) {
        var rows = new ArrayList<Row>(segments.size());
        int nextLikeliest = 0;
        int nextLogits = 0;
        for (var segment : segments) {
            int wanted = segment.wanted().positions(segment.ids().length);
            int best = segment.wanted().likeliest() ? wanted : 0;
            int others = wanted - best;
            rows.add(
                    new Row(
                            Arrays.copyOfRange(likeliest, nextLikeliest, nextLikeliest + best),
                            logits.subList(nextLogits, nextLogits + others)
                                    .toArray(float[][]::new)));
            nextLikeliest += best;
            nextLogits += others;
        }
        return rows;
    }

    /// Pages that follow each other, joined.
    private static final class Runs {
        private final int pageTokens;
        private long[] flat = new long[16];
        private int used;

        Runs(int pageTokens) {
            this.pageTokens = pageTokens;
        }

        int count() {
            return used / 2;
        }

        /// The places of positions from `low` to before `end`.
        void add(int[] pages, int low, int end) {
            int before = used;
            int position = low;
            while (position < end) {
                int next = Math.min(end, (position / pageTokens + 1) * pageTokens);
                long place =
                        (long) pages[position / pageTokens] * pageTokens + position % pageTokens;
                if (used > before && flat[used - 2] + flat[used - 1] == place) {
                    flat[used - 1] += next - position;
                } else {
                    if (used == flat.length) {
                        flat = Arrays.copyOf(flat, 2 * used);
                    }
                    flat[used++] = place;
                    flat[used++] = next - position;
                }
                position = next;
            }
        }

        long[] toArray() {
            return Arrays.copyOf(flat, used);
        }
    }
}
