package org.allodium.engine.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.allodium.engine.internal.sampling.Sampler;

/// A kernel whose pages hold token ids and whose logits are a hash of the whole history as it reads
/// it through the pages: any mix-up, stale page or missed computation changes what comes out.
public final class FakeKernel implements StepKernel {
    public static final int VOCABULARY = 49;
    /// A step with this token fails; it is never drawn.
    public static final long POISON = 49;

    private static final long NOTHING = -1;
    private static final int CIRCLE = 7;
    private static final int CIRCLE_START = 5;
    private static final int CIRCLE_STEP = 3;

    private final int pageTokens;
    private final long[][] content;
    private long nanos;
    private long nanosPerStep;
    private long nanosPerToken;
    private final List<Integer> stepTokens = new ArrayList<>();
    private int computedTokens;
    private int furthest = -1;
    private boolean closed;
    private float habit;
    private boolean standAlone = true;

    public FakeKernel(int pages, int pageTokens) {
        this.pageTokens = pageTokens;
        this.content = new long[pages][pageTokens];
        for (var page : content) {
            Arrays.fill(page, NOTHING);
        }
    }

    public FakeKernel taking(long perStep, long perToken) {
        nanosPerStep = perStep;
        nanosPerToken = perToken;
        return this;
    }

    /// Makes the model repeat itself, see [#logits(long[], float)].
    public FakeKernel withHabit(float strength) {
        habit = strength;
        return this;
    }

    /// Makes it say that its rows depend on their company.
    public FakeKernel withoutExactRows() {
        standAlone = false;
        return this;
    }

    public long now() {
        return nanos;
    }

    public int computedTokens() {
        return computedTokens;
    }

    /// How many tokens each step computed.
    List<Integer> stepTokens() {
        return stepTokens;
    }

    /// The last position that any sequence ever wrote.
    public int furthest() {
        return furthest;
    }

    public long[] content(int page) {
        return content[page].clone();
    }

    public float habit() {
        return habit;
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
    public boolean rowsStandAlone() {
        return standAlone;
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
            furthest = Math.max(furthest, at);
        }
    }

    private Row row(Segment segment) {
        int end = segment.start() + segment.ids().length;
        var rows = new float[segment.wanted().positions(segment.ids().length)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = logits(read(segment, end - rows.length + 1 + i), habit);
        }
        return segment.wanted().likeliest()
                ? new Row(
                        Arrays.stream(rows).mapToInt(Sampler::likeliest).toArray(), new float[0][])
                : new Row(new int[0], rows);
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
    public static float[] logits(long[] history) {
        return logits(history, 0);
    }

    /// Logits lie between 0 and 8. A habit is added to one token that depends on the last one
    /// alone,
    /// so that with a strong habit the answer turns in a circle, and leaves it now and then.
    public static float[] logits(long[] history, float habit) {
        long hash = history.length;
        for (long id : history) {
            hash = mix(hash * 31 + id);
        }
        var logits = new float[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
            logits[i] = (mix(hash + i) >>> 40) * 0x1p-21f;
        }
        long last = history[history.length - 1];
        logits[(int) (CIRCLE_START + (last + CIRCLE_STEP) % CIRCLE)] += habit;
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
