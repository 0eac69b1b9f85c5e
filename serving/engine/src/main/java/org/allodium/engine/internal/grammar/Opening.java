package org.allodium.engine.internal.grammar;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The places at which the next byte is read, found by opening parts until leaves are reached.
final class Opening {
    // Each is a reading of the text so far. What is left out beyond this number would only allow
    // more, so that the text still fits.
    private static final int MOST_READINGS = 256;

    private final Set<Frame> leaves = new LinkedHashSet<>();
    private final Set<Frame> rules = new HashSet<>(0);
    private boolean mayEnd;

    static Opening of(Node node) {
        var opening = new Opening();
        opening.enter(node, null);
        return opening;
    }

    /// What a text may go on with when a part has ended.
    static Opening behind(@Nullable Frame frame) {
        var opening = new Opening();
        opening.leave(frame);
        return opening;
    }

    void enter(Node node, @Nullable Frame behind) {
        if (node instanceof Node.Leaf leaf) {
            int start = leaf.automaton().start();
            if (leaf.automaton().goesOn(start)) {
                add(new Frame(leaf, start, behind));
            } else {
                leave(behind);
            }
        } else {
            node.open(0, behind, this);
        }
    }

    /// Whether a rule is met at this place for the first time: rules that lead to each other by
    /// many ways lead to the same readings.
    boolean first(Node.Rule rule, @Nullable Frame behind) {
        return rules.add(new Frame(rule, 0, behind));
    }

    private void leave(@Nullable Frame frame) {
        if (frame == null) {
            mayEnd = true;
        } else {
            frame.node().open(frame.state(), frame.behind(), this);
        }
    }

    private void add(Frame leaf) {
        if (leaves.size() < MOST_READINGS) {
            leaves.add(leaf);
        }
    }

    /// Reads one byte from this place on.
    void read(Frame leaf, int value) {
        var automaton = automaton(leaf);
        int next = automaton.next(leaf.state(), value);
        if (next != Automaton.DEAD) {
            if (automaton.goesOn(next)) {
                add(new Frame(leaf.node(), next, leaf.behind()));
            } else {
                leave(leaf.behind());
            }
        }
        if (automaton.accepts(leaf.state())) {
            behind(leaf.behind()).leaves().forEach(f -> read(f, value));
        }
    }

    static Automaton automaton(Frame leaf) {
        if (leaf.node() instanceof Node.Leaf node) {
            return node.automaton();
        }
        throw new IllegalStateException("A place to read at is a leaf");
    }

    List<Frame> leaves() {
        return new ArrayList<>(leaves);
    }

    /// Whether the text may end without a further byte.
    boolean mayEnd() {
        return mayEnd
                || leaves.stream()
                        .anyMatch(
                                f ->
                                        automaton(f).accepts(f.state())
                                                && behind(f.behind()).mayEnd());
    }
}
