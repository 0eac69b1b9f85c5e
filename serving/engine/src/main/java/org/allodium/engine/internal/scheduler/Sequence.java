package org.allodium.engine.internal.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.allodium.engine.Usage;
import org.allodium.engine.internal.cache.BlockKey;
import org.allodium.engine.internal.cache.CarriedPages;
import org.jspecify.annotations.Nullable;

/// Tokens on their way through the model: those known, how many of them lie computed in pages, and
/// which pages. On the compute thread only, once it is submitted.
public final class Sequence {
    private final Aim aim;
    private final int promptLength;
    private final @Nullable BlockKey root;
    private final List<BlockKey> keys = new ArrayList<>();
    private @Nullable CarriedPages imported;
    private long[] ids;
    private int length;
    private int computed;
    private int[] pages = new int[8];
    private int held;
    private int named;
    private long arrival;
    private boolean begun;
    private boolean admitted;
    private int cachedTokens;
    private Usage usage = Usage.NONE;
    private final Trust trust = new Trust();

    public Sequence(Aim aim, long[] prompt) {
        this(aim, prompt, null);
    }

    /// @param imported the pages of its beginning, computed elsewhere
    public Sequence(Aim aim, long[] prompt, @Nullable CarriedPages imported) {
        this.aim = aim;
        this.ids = prompt.clone();
        this.length = prompt.length;
        this.promptLength = prompt.length;
        this.imported = imported;
        var salt = aim.turn().cacheSalt();
        // What came from elsewhere was not computed here; it serves this sequence alone.
        this.root =
                salt == null || imported != null || aim.needsAllPositions()
                        ? null
                        : BlockKey.of(salt);
    }

    Aim aim() {
        return aim;
    }

    long arrival() {
        return arrival;
    }

    void arrives(long number) {
        arrival = number;
    }

    int promptLength() {
        return promptLength;
    }

    long last() {
        return ids[length - 1];
    }

    public int length() {
        return length;
    }

    public int computed() {
        return computed;
    }

    /// Tokens still to be computed; never 0 while it runs.
    int pending() {
        return length - computed;
    }

    long[] slice(int from, int to) {
        return Arrays.copyOfRange(ids, from, to);
    }

    /// What may follow its tokens, judged by themselves.
    long[] guess(int most) {
        return Lookup.after(ids, length, most);
    }

    /// How well such guesses have done.
    Trust trust() {
        return trust;
    }

    void append(long id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length + 16);
        }
        ids[length++] = id;
    }

    void advance(int positions) {
        computed += positions;
    }

    int[] pages() {
        return Arrays.copyOf(pages, held);
    }

    public int page(int index) {
        return pages[index];
    }

    public int held() {
        return held;
    }

    public void add(int page) {
        if (held == pages.length) {
            pages = Arrays.copyOf(pages, 2 * held);
        }
        pages[held++] = page;
    }

    /// Gives up its last page.
    public int removeLast() {
        return pages[--held];
    }

    /// Begins with pages that hold so many positions.
    public void begin(int positions) {
        computed = positions;
        begun = true;
        if (imported == null) {
            // Who gave way may find some of what it computed itself: that was not saved.
            int saved = Math.min(positions, promptLength - 1) - usage.prefillTokens();
            cachedTokens = Math.max(cachedTokens, saved);
        }
        imported = null;
    }

    /// Forgets its pages; all is to be computed again.
    public void lose() {
        held = 0;
        computed = 0;
        named = 0;
    }

    /// Whether it has been computed before.
    boolean begun() {
        return begun;
    }

    /// Whether its account was charged for the prompt.
    boolean admitted() {
        return admitted;
    }

    void admit() {
        admitted = true;
    }

    int cachedTokens() {
        return cachedTokens;
    }

    public @Nullable CarriedPages imported() {
        return imported;
    }

    /// Whether it may use pages that others left, and leave some.
    public boolean shares() {
        return root != null;
    }

    /// The name of a page of which all tokens are known.
    public BlockKey key(int index, int pageTokens) {
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

    /// Pages that have their name.
    public int named() {
        return named;
    }

    public void named(int count) {
        named = count;
    }

    Usage usage() {
        return usage;
    }

    void used(Usage more) {
        usage = usage.plus(more);
    }
}
