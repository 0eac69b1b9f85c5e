package org.allodium.engine.internal.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/// A kernel whose pages hold token ids and whose logits are a hash of the whole history as it reads
/// it through the pages: any mix-up, stale page or missed computation changes what comes out.
final class FakeKernel implements StepKernel {
    static final int VOCABULARY = 49;
    /// A step with this token fails; it is never drawn.
    static final long POISON = 49;

    private static final long NOTHING = -1;

    private final int pageTokens;
    private final long[][] content;
    private long nanos;
    private long nanosPerStep;
    private long nanosPerToken;
    private final List<Integer> stepTokens = new ArrayList<>();
    private int computedTokens;
    private boolean closed;

    FakeKernel(int pages, int pageTokens) {
        this.pageTokens = pageTokens;
        this.content = new long[pages][pageTokens];
        for (var page : content) {
            Arrays.fill(page, NOTHING);
        }
    }

    FakeKernel taking(long perStep, long perToken) {
        nanosPerStep = perStep;
        nanosPerToken = perToken;
        return this;
    }

    long now() {
        return nanos;
    }

    int computedTokens() {
        return computedTokens;
    }

    /// How many tokens each step computed.
    List<Integer> stepTokens() {
        return stepTokens;
    }

    boolean closed() {
        return closed;
    }

    @Override
    public int pageTokens() {
        return pageTokens;
    }

    @Override
    public int pages() {
        return content.length;
    }

    @Override
    public int vocabulary() {
        return VOCABULARY;
    }

    @Override
    public String pageLayout() {
        return "token ids, " + pageTokens;
    }

    @Override
    public long pageBytes() {
        return (long) pageTokens * Long.BYTES;
    }

    @Override
    public List<Row> step(List<Segment> segments) {
        assertThat(segments).isNotEmpty();
        var written = new HashSet<Integer>();
        int tokens = 0;
        for (var segment : segments) {
            tokens += segment.ids().length;
            int end = segment.start() + segment.ids().length;
            assertThat(segment.ids()).isNotEmpty();
            assertThat(segment.pages().length * pageTokens).isGreaterThanOrEqualTo(end);
            assertThat(Arrays.stream(segment.pages()).distinct().count())
                    .isEqualTo(segment.pages().length);
            for (int p = segment.start() / pageTokens; p * pageTokens < end; p++) {
                assertThat(written.add(segment.pages()[p])).isTrue();
            }
        }
        nanos += nanosPerStep + nanosPerToken * tokens;
        if (segments.stream().anyMatch(s -> Arrays.stream(s.ids()).anyMatch(i -> i == POISON))) {
            throw new IllegalStateException("A deliberate failure");
        }
        stepTokens.add(tokens);
        computedTokens += tokens;
        segments.forEach(this::write);
        return segments.stream().map(this::row).toList();
    }

    private void write(Segment segment) {
        for (int i = 0; i < segment.ids().length; i++) {
            int at = segment.start() + i;
            content[segment.pages()[at / pageTokens]][at % pageTokens] = segment.ids()[i];
        }
    }

    private Row row(Segment segment) {
        int n = segment.ids().length;
        return switch (segment.wanted()) {
            case NOTHING -> new Row(-1, new float[0][]);
            case LIKELIEST ->
                    new Row(
                            Sampler.likeliest(logits(read(segment, segment.start() + n))),
                            new float[0][]);
            case LOGITS -> new Row(-1, new float[][] {logits(read(segment, segment.start() + n))});
            case ALL_LOGITS -> {
                var rows = new float[n][];
                for (int i = 0; i < n; i++) {
                    rows[i] = logits(read(segment, segment.start() + i + 1));
                }
                yield new Row(-1, rows);
            }
        };
    }

    private long[] read(Segment segment, int length) {
        var history = new long[length];
        for (int i = 0; i < length; i++) {
            history[i] = content[segment.pages()[i / pageTokens]][i % pageTokens];
            assertThat(history[i]).isNotEqualTo(NOTHING);
        }
        return history;
    }

    /// What the model says after a history.
    static float[] logits(long[] history) {
        long hash = history.length;
        for (long id : history) {
            hash = mix(hash * 31 + id);
        }
        var logits = new float[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
            logits[i] = (mix(hash + i) >>> 40) * 0x1p-21f;
        }
        return logits;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public byte[] exportPages(int[] pages) {
        var bytes = ByteBuffer.allocate(pages.length * pageTokens * Long.BYTES);
        for (int page : pages) {
            Arrays.stream(content[page]).forEach(bytes::putLong);
        }
        return bytes.array();
    }

    @Override
    public void importPages(int[] pages, byte[] bytes) {
        assertThat(bytes).hasSize(pages.length * pageTokens * Long.BYTES);
        var in = ByteBuffer.wrap(bytes);
        for (int page : pages) {
            for (int i = 0; i < pageTokens; i++) {
                content[page][i] = in.getLong();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
