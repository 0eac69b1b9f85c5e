package org.allodium.engine.internal.cache;

import java.util.HashMap;
import java.util.Map;

/// Gives sequences their pages, and lets those of one salt share the pages of common beginnings. A
/// page can be found by others when all its positions are computed, not before. A sequence whose
/// next page is being computed by another one had better wait for it, see [#promised].
public final class KvCache {
    private final PagePool pages;
    private final int pageTokens;
    private final boolean shares;
    private final Map<BlockKey, PageTable> promises = new HashMap<>();

    /// @param shares whether computed beginnings are kept for others
    public KvCache(PagePool pages, int pageTokens, boolean shares) {
        this.pages = pages;
        this.pageTokens = pageTokens;
        this.shares = shares;
    }

    public int pagesFor(int positions) {
        return Math.ceilDiv(positions, pageTokens);
    }

    public int available() {
        return pages.available();
    }

    /// Whether another sequence is computing the first page that this one lacks.
    public boolean promised(PageTable table) {
        if (!sharing(table)) {
            return false;
        }
        int found = found(table);
        return found < sharable(table) && promises.containsKey(table.key(found, pageTokens));
    }

    /// Takes all the pages that a sequence needs for the tokens it has, shared ones first; or none,
    /// if fewer than `spare` would be left for others.
    public boolean settle(PageTable table, int spare) {
        int found = sharing(table) ? found(table) : 0;
        for (int i = 0; i < found; i++) {
            int page = pages.find(table.key(i, pageTokens)).orElseThrow();
            pages.hold(page);
            table.add(page);
        }
        int lacking = pagesFor(table.length()) - found;
        if (pages.available() < lacking + spare) {
            releasePages(table);
            return false;
        }
        for (int i = 0; i < lacking; i++) {
            grow(table);
        }
        table.begin(positions(table, found));
        table.named(found);
        promise(table, found);
        return true;
    }

    /// Positions that need not be computed: never the last one, whose result is wanted.
    private int positions(PageTable table, int found) {
        var imported = table.imported();
        return imported == null
                ? found * pageTokens
                : Math.min(imported.positions(), table.length() - 1);
    }

    private boolean sharing(PageTable table) {
        return shares && table.shares();
    }

    /// Full pages before the last token.
    private int sharable(PageTable table) {
        return (table.length() - 1) / pageTokens;
    }

    private int found(PageTable table) {
        int most = sharable(table);
        int found = 0;
        while (found < most && pages.find(table.key(found, pageTokens)).isPresent()) {
            found++;
        }
        return found;
    }

    private void promise(PageTable table, int from) {
        if (sharing(table)) {
            for (int i = from; i < sharable(table); i++) {
                promises.putIfAbsent(table.key(i, pageTokens), table);
            }
        }
    }

    public boolean lacks(PageTable table) {
        return pagesFor(table.length()) > table.held();
    }

    public void grow(PageTable table) {
        int held = table.held();
        table.add(pages.take(held == 0 ? -1 : table.page(held - 1)));
    }

    /// Takes pages for so many positions behind its tokens, none of those that are kept. False if
    /// there are too few; then it takes none.
    public boolean reach(PageTable table, int positions) {
        int wanted = pagesFor(table.length() + positions);
        if (wanted - table.held() > pages.free()) {
            return false;
        }
        while (table.held() < wanted) {
            grow(table);
        }
        return true;
    }

    /// Gives back the pages behind its tokens.
    public void withdraw(PageTable table) {
        while (table.held() > pagesFor(table.length())) {
            pages.release(table.removeLast());
        }
    }

    /// Names the pages that have become complete.
    public void completed(PageTable table) {
        if (!sharing(table)) {
            return;
        }
        int complete = table.computed() / pageTokens;
        for (int i = table.named(); i < complete; i++) {
            var key = table.key(i, pageTokens);
            pages.name(table.page(i), key);
            promises.remove(key, table);
        }
        table.named(Math.max(complete, table.named()));
    }

    public void release(PageTable table) {
        if (sharing(table) && table.held() > 0) {
            for (int i = table.named(); i < sharable(table); i++) {
                promises.remove(table.key(i, pageTokens), table);
            }
        }
        releasePages(table);
    }

    /// The last page first, so that of a kept beginning the end gives way first.
    private void releasePages(PageTable table) {
        for (int i = table.held() - 1; i >= 0; i--) {
            pages.release(table.page(i));
        }
        table.lose();
    }

    /// Pages that would become available if its sequence were preempted.
    public int own(PageTable table) {
        int own = 0;
        for (int i = 0; i < table.held(); i++) {
            own += pages.holders(table.page(i)) == 1 ? 1 : 0;
        }
        return own;
    }
}
