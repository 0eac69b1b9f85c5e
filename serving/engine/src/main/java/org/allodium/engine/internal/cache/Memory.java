package org.allodium.engine.internal.cache;

import java.util.HashMap;
import java.util.Map;
import org.allodium.engine.internal.scheduler.Sequence;

/// Gives sequences their pages, and lets those of one salt share the pages of common beginnings.
///
/// A page can be found by others when all its positions are computed, not before. A sequence whose
/// next page is being computed by another one had better wait for it, see [#promised].
public final class Memory {
    private final Pages pages;
    private final int pageTokens;
    private final boolean shares;
    private final Map<BlockKey, Sequence> promises = new HashMap<>();

    /// @param shares whether computed beginnings are kept for others
    public Memory(Pages pages, int pageTokens, boolean shares) {
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
    public boolean promised(Sequence sequence) {
        if (!sharing(sequence)) {
            return false;
        }
        int found = found(sequence);
        return found < sharable(sequence) && promises.containsKey(sequence.key(found, pageTokens));
    }

    /// Takes all the pages that a sequence needs for the tokens it has, shared ones first; or none,
    /// if fewer than `spare` would be left for others.
    public boolean settle(Sequence sequence, int spare) {
        int found = sharing(sequence) ? found(sequence) : 0;
        for (int i = 0; i < found; i++) {
            int page = pages.find(sequence.key(i, pageTokens)).orElseThrow();
            pages.hold(page);
            sequence.add(page);
        }
        int lacking = pagesFor(sequence.length()) - found;
        if (pages.available() < lacking + spare) {
            releasePages(sequence);
            return false;
        }
        for (int i = 0; i < lacking; i++) {
            grow(sequence);
        }
        sequence.begin(positions(sequence, found));
        sequence.named(found);
        promise(sequence, found);
        return true;
    }

    /// Positions that need not be computed: never the last one, whose result is wanted.
    private int positions(Sequence sequence, int found) {
        var imported = sequence.imported();
        return imported == null
                ? found * pageTokens
                : Math.min(imported.positions(), sequence.length() - 1);
    }

    private boolean sharing(Sequence sequence) {
        return shares && sequence.shares();
    }

    /// Full pages before the last token.
    private int sharable(Sequence sequence) {
        return (sequence.length() - 1) / pageTokens;
    }

    private int found(Sequence sequence) {
        int most = sharable(sequence);
        int found = 0;
        while (found < most && pages.find(sequence.key(found, pageTokens)).isPresent()) {
            found++;
        }
        return found;
    }

    private void promise(Sequence sequence, int from) {
        if (sharing(sequence)) {
            for (int i = from; i < sharable(sequence); i++) {
                promises.putIfAbsent(sequence.key(i, pageTokens), sequence);
            }
        }
    }

    /// Whether its tokens need a page that it does not have.
    public boolean lacks(Sequence sequence) {
        return pagesFor(sequence.length()) > sequence.held();
    }

    /// Takes one page more.
    public void grow(Sequence sequence) {
        int held = sequence.held();
        sequence.add(pages.take(held == 0 ? -1 : sequence.page(held - 1)));
    }

    /// Takes pages for so many positions behind its tokens, none of those that are kept. False if
    /// there are too few; then it takes none.
    public boolean reach(Sequence sequence, int positions) {
        int wanted = pagesFor(sequence.length() + positions);
        if (wanted - sequence.held() > pages.free()) {
            return false;
        }
        while (sequence.held() < wanted) {
            grow(sequence);
        }
        return true;
    }

    /// Gives back the pages behind its tokens.
    public void withdraw(Sequence sequence) {
        while (sequence.held() > pagesFor(sequence.length())) {
            pages.release(sequence.removeLast());
        }
    }

    /// Names the pages that have become complete.
    public void completed(Sequence sequence) {
        if (!sharing(sequence)) {
            return;
        }
        int complete = sequence.computed() / pageTokens;
        for (int i = sequence.named(); i < complete; i++) {
            var key = sequence.key(i, pageTokens);
            pages.name(sequence.page(i), key);
            promises.remove(key, sequence);
        }
        sequence.named(Math.max(complete, sequence.named()));
    }

    /// Takes all pages back.
    public void release(Sequence sequence) {
        if (sharing(sequence) && sequence.held() > 0) {
            for (int i = sequence.named(); i < sharable(sequence); i++) {
                promises.remove(sequence.key(i, pageTokens), sequence);
            }
        }
        releasePages(sequence);
    }

    /// The last page first, so that of a kept beginning the end gives way first.
    private void releasePages(Sequence sequence) {
        for (int i = sequence.held() - 1; i >= 0; i--) {
            pages.release(sequence.page(i));
        }
        sequence.lose();
    }

    /// Pages that would become available if it gave way.
    public int own(Sequence sequence) {
        int own = 0;
        for (int i = 0; i < sequence.held(); i++) {
            own += pages.holders(sequence.page(i)) == 1 ? 1 : 0;
        }
        return own;
    }
}
