package org.allodium.engine.internal.decoder;

import java.util.List;

/// One model copy as batching sees it: a key-value cache in pages, and steps over it. All methods
/// are called on the compute thread only.
///
/// A page holds the keys and values of [#pageTokens] consecutive positions in all layers. Who may
/// use which page is the caller's business; the kernel reads the pages that a segment names and
/// writes those that hold the segment's own positions.
interface StepKernel extends AutoCloseable {
    /// Positions in a page.
    int pageTokens();

    /// Pages in the cache, numbered from 0.
    int pages();

    /// Tokens that the model knows.
    int vocabulary();

    /// Element type and shape of a page in words: two copies of a model can exchange pages if and
    /// only if it is the same.
    String pageLayout();

    /// What [#exportPages] gives for a page.
    long pageBytes();

    /// Computes all segments of a step together. Results follow the segments' order.
    List<Row> step(List<Segment> segments);

    /// The raw content of pages, in their order, in native byte order.
    byte[] exportPages(int[] pages);

    /// Overwrites pages with what [#exportPages] gave for as many pages of the same model.
    void importPages(int[] pages, byte[] content);

    @Override
    void close();

    /// Consecutive positions of one sequence. No two segments of a step may write the same page.
    ///
    /// @param pages the sequence's pages from position 0 on, at least as many as its positions need
    /// @param start the position of the first id; all before it lie in the pages already
    /// @param ids token ids to compute, at least one: many for a piece of prompt, one for a decoded
    /// token
    /// @param wanted what is wanted of the last position, or of all
    record Segment(int[] pages, int start, long[] ids, Wanted wanted) {}

    /// What a segment brings back.
    enum Wanted {
        /// Nothing: a piece of prompt that is not the last one.
        NOTHING,
        /// The likeliest next token after the last position (lowest id on a tie).
        LIKELIEST,
        /// The logits after the last position.
        LOGITS,
        /// The logits after every position.
        ALL_LOGITS
    }

    /// What a segment brought back.
    ///
    /// @param likeliest the likeliest next token; -1 unless wanted
    /// @param logits `[positions, vocabulary]` as wanted, empty else
    record Row(int likeliest, float[][] logits) {}
}
