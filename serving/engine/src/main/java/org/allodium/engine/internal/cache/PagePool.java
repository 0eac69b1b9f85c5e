package org.allodium.engine.internal.cache;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Who holds which page of a cache. A page is free, held by one or more sequences, or kept: held by
/// nobody, but named, so that a later sequence with the same beginning finds it. Kept pages give
/// way when free ones run out, the one that was released longest ago first.
///
/// INVARIANT: free + kept + held = all.
public final class PagePool {
    private static final int ROOMY = 32;

    private final int[] holders;
    private final @Nullable BlockKey[] names;
    private final BitSet free = new BitSet();
    private int freeCount;
    private final LinkedHashSet<Integer> kept = new LinkedHashSet<>();
    private final Map<BlockKey, Integer> byName = new HashMap<>();

    public PagePool(int count) {
        holders = new int[count];
        names = new BlockKey[count];
        free.set(0, count);
        freeCount = count;
    }

    public int all() {
        return holders.length;
    }

    public int available() {
        return freeCount + kept.size();
    }

    /// Pages that nobody holds and that are not kept either.
    int free() {
        return freeCount;
    }

    public int kept() {
        return kept.size();
    }

    public int holders(int page) {
        return holders[page];
    }

    /// Takes a page for one holder; there must be one [#available]. Pages that follow each other
    /// are read faster, so it is the next one if it is free, else one with room behind it.
    /// @param after the page before it in the sequence, or -1
    int take(int after) {
        int page = freeCount > 0 ? chosen(after) : evict();
        if (freeCount > 0) {
            free.clear(page);
            freeCount--;
        }
        holders[page] = 1;
        return page;
    }

    private int chosen(int after) {
        if (after >= 0 && free.get(after + 1)) {
            return after + 1;
        }
        int start = 0;
        int length = 0;
        for (int from = free.nextSetBit(0); from >= 0; ) {
            int end = free.nextClearBit(from);
            if (end - from > length) {
                start = from;
                length = end - from;
            }
            from = free.nextSetBit(end);
        }
        // The sequence before a large gap may still grow into it.
        return length < ROOMY ? start : start + length / 2;
    }

    private int evict() {
        Iterator<Integer> oldest = kept.iterator();
        int page = oldest.next();
        oldest.remove();
        byName.remove(names[page]);
        names[page] = null;
        return page;
    }

    void hold(int page) {
        if (holders[page]++ == 0) {
            kept.remove(page);
        }
    }

    void release(int page) {
        if (holders[page] == 0) {
            throw new IllegalStateException("Nobody holds page " + page);
        }
        if (--holders[page] > 0) {
            return;
        }
        if (names[page] == null) {
            free.set(page);
            freeCount++;
        } else {
            kept.add(page);
        }
    }

    /// Lets others find a page by what it holds. It must be complete, and never be written again.
    /// Of two pages with the same content the first keeps the name.
    void name(int page, BlockKey name) {
        if (byName.putIfAbsent(name, page) == null) {
            names[page] = name;
        }
    }

    OptionalInt find(BlockKey name) {
        var page = byName.get(name);
        return page == null ? OptionalInt.empty() : OptionalInt.of(page);
    }
}
