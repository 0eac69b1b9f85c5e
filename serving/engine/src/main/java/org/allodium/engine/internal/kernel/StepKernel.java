package org.allodium.engine.internal.kernel;

import java.util.List;

/// One model copy as batching sees it: a key-value cache in pages, and steps over it. All methods
/// are called on the compute thread only. A page holds the keys and values of [#pageTokens]
/// consecutive positions in all layers. Who may use which page is the caller's business; the kernel
/// reads the pages that a segment names and writes those that hold its own positions.
/// See decision 0060.
public interface StepKernel extends AutoCloseable {
    /// Positions in a page.
    int pageTokens();

    /// Pages in the cache, numbered from 0.
    int pages();

    int vocabulary();

    /// Element type and shape of a page: copies exchange pages if and only if it is the same.
    String pageLayout();

    /// What [#exportPages] gives for a page.
    long pageBytes();

    /// Whether a row's result is the same, to the last bit, whatever else its step computes. Only
    /// then may an answer be computed several rows at a time and stay what it would have been.
    boolean rowsStandAlone();

    /// Computes all segments of a step together. Results follow the segments' order.
    List<Row> step(List<Segment> segments);

    /// The raw content of pages, in their order, in native byte order.
    byte[] exportPages(int[] pages);

    /// Overwrites pages with what [#exportPages] gave for as many pages of the same model.
    void importPages(int[] pages, byte[] content);

    @Override
    void close();

    /// Consecutive positions of one sequence. No two segments of a step may write the same page.
    /// @param pages the sequence's pages from position 0 on, at least as many as its positions need
    /// @param start the position of the first id; all before it lie in the pages already
    /// @param ids token ids to compute, at least one: many for a piece of prompt, one for a decoded
    /// token, and those that were guessed to follow it
    /// @param wanted what is wanted of the last position, or of all
    record Segment(int[] pages, int start, long[] ids, Wanted wanted) {
        public static final long[] NO_IDS = {};
    }

    /// What a segment brings back.
    enum Wanted {
        /// Nothing: a piece of prompt that is not the last one.
        NOTHING,
        /// The likeliest next token after the last position (lowest id on a tie).
        LIKELIEST,
        /// The likeliest next token after every position.
        ALL_LIKELIEST,
        /// The logits after the last position.
        LOGITS,
        /// The logits after every position.
        ALL_LOGITS;

        /// Of how many of a segment's last positions something is wanted.
        int positions(int all) {
            return switch (this) {
                case NOTHING -> 0;
                case LIKELIEST, LOGITS -> 1;
                case ALL_LIKELIEST, ALL_LOGITS -> all;
            };
        }

        boolean likeliest() {
            return this == LIKELIEST || this == ALL_LIKELIEST;
        }

        /// The same of every position, where something is wanted.
        public Wanted ofAll() {
            return switch (this) {
                case NOTHING -> NOTHING;
                case LIKELIEST, ALL_LIKELIEST -> ALL_LIKELIEST;
                case LOGITS, ALL_LOGITS -> ALL_LOGITS;
            };
        }
    }

    /// What a segment brought back.
    /// @param likeliest the likeliest next tokens as wanted, empty else
    /// @param logits `[positions, vocabulary]` as wanted, empty else
    @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
    record Row(int[] likeliest, float[][] logits) {
        /// What it brought for one of its positions.
        public Row at(int position) {
            return likeliest.length > 0
                    ? new Row(new int[] {likeliest[position]}, logits)
                    : new Row(likeliest, new float[][] {logits[position]});
        }
    }
}
