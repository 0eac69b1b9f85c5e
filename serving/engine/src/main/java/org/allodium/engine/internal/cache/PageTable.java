package org.allodium.engine.internal.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A sequence as its pages see it: the tokens that are known, how many are computed, and where.
public final class PageTable {
    private final @Nullable BlockKey root;
    private final List<BlockKey> keys = new ArrayList<>();
    private @Nullable CarriedPages imported;
    private long[] ids;
    private int length;
    private int computed;
    private int[] pages = new int[8];
    private int held;
    private int named;

    /// @param salt whose pages it may share, or null if it shares none
    /// @param imported the pages of its beginning, computed elsewhere
    public PageTable(long[] prompt, @Nullable String salt, @Nullable CarriedPages imported) {
        this.ids = prompt.clone();
        this.length = prompt.length;
        this.imported = imported;
        // What came from elsewhere was not computed here; it serves this sequence alone.
        this.root = salt == null || imported != null ? null : BlockKey.of(salt);
    }

    public long last() {
        return ids[length - 1];
    }

    public int length() {
        return length;
    }

    public int computed() {
        return computed;
    }

    /// Tokens still to be computed; never 0 while they are being computed.
    public int pending() {
        return length - computed;
    }

    public long[] slice(int from, int to) {
        return Arrays.copyOfRange(ids, from, to);
    }

    public void append(long id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length + 16);
        }
        ids[length++] = id;
    }

    public void advance(int positions) {
        computed += positions;
    }

    public int[] pages() {
        return Arrays.copyOf(pages, held);
    }

    int page(int index) {
        return pages[index];
    }

    public int held() {
        return held;
    }

    void add(int page) {
        if (held == pages.length) {
            pages = Arrays.copyOf(pages, 2 * held);
        }
        pages[held++] = page;
    }

    int removeLast() {
        return pages[--held];
    }

    /// Begins with pages that hold so many positions.
    void begin(int positions) {
        computed = positions;
        imported = null;
    }

    /// Forgets its pages; all is to be computed again.
    void lose() {
        held = 0;
        computed = 0;
        named = 0;
    }

    /// What is to be written into its first pages once it has some.
    public @Nullable CarriedPages imported() {
        return imported;
    }

    /// Whether it may use pages that others left, and leave some.
    boolean shares() {
        return root != null;
    }

    /// The name of a page of which all tokens are known.
    BlockKey key(int index, int pageTokens) {
        while (keys.size() <= index) {
            int block = keys.size();
            var before = block == 0 ? root : keys.get(block - 1);
            if (before == null) {
                throw new IllegalStateException("The sequence shares nothing");
            }
            keys.add(before.then(ids, block * pageTokens, (block + 1) * pageTokens));
        }
        return keys.get(index);
    }

    public int named() {
        return named;
    }

    void named(int count) {
        named = count;
    }
}
