package org.allodium.engine.internal.grammar;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which tokens may follow at a place of a grammar: found once by walking the tree of tokens, then
/// kept, the least used being forgotten first. Safe for many threads.
final class Masks {
    private static final long MOST_BYTES = 64L << 20;

    private final Vocabulary vocabulary;
    private final int most;
    private final Map<Frame, Mask> known = new LinkedHashMap<>(64, 0.75f, true);

    Masks(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        long each = (long) vocabulary.words() * Long.BYTES + 128;
        this.most = (int) Math.max(16, MOST_BYTES / each);
    }

    /// @param tokens a set of ids, not to be changed
    /// @param cost nodes of the tree that were looked at to find it
    record Mask(long[] tokens, long cost) {}

    Mask at(Frame leaf) {
        synchronized (known) {
            var found = known.get(leaf);
            if (found != null) {
                return found;
            }
        }
        var walk = new Walk();
        var made = new Mask(walk.tokens(leaf), walk.cost);
        synchronized (known) {
            known.put(leaf, made);
            if (known.size() > most) {
                var oldest = known.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
        return made;
    }

    private final class Walk {
        private final long[] bits = new long[vocabulary.words()];
        private final Map<Frame, List<Frame>> opened = new HashMap<>();
        private TokenTrie trie = vocabulary.all();
        private long cost;

        long[] tokens(Frame leaf) {
            var automaton = Opening.automaton(leaf);
            int room = automaton.room(leaf.state());
            if (room > 0) {
                var plain = vocabulary.plain(room);
                for (int i = 0; i < bits.length; i++) {
                    bits[i] |= plain[i];
                }
                trie = vocabulary.notPlain();
            }
            children(trie.root(), automaton, leaf.state(), leaf.behind());
            return bits;
        }

        private void children(int node, Automaton automaton, int state, @Nullable Frame behind) {
            int end = trie.end(node);
            for (int c = trie.firstChild(node); c < end; c = trie.end(c)) {
                cost++;
                int next = automaton.next(state, trie.label(c));
                if (next != Automaton.DEAD) {
                    trie.mark(c, bits);
                    children(c, automaton, next, behind);
                }
            }
            if (behind != null && node + 1 < end && automaton.accepts(state)) {
                for (var leaf : opened.computeIfAbsent(behind, f -> Opening.behind(f).leaves())) {
                    children(node, Opening.automaton(leaf), leaf.state(), leaf.behind());
                }
            }
        }
    }
}
