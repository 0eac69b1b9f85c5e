package org.allodium.engine.internal.grammar;

import org.jspecify.annotations.Nullable;

/// A place in a grammar: a part, how far it has come, and what follows it. Equal places allow the
/// same to follow, whichever way they were reached.
final class Frame {
    private final Node node;
    private final int state;
    private final @Nullable Frame behind;
    private final int hash;

    /// @param behind null at the end of the text
    Frame(Node node, int state, @Nullable Frame behind) {
        this.node = node;
        this.state = state;
        this.behind = behind;
        this.hash =
                31 * (31 * System.identityHashCode(node) + state)
                        + (behind == null ? 0 : behind.hash);
    }

    Node node() {
        return node;
    }

    int state() {
        return state;
    }

    @Nullable Frame behind() {
        return behind;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        var a = this;
        var b = other instanceof Frame frame ? frame : null;
        // A loop, because a text may be nested more deeply than a thread's stack.
        while (a != null && b != null && a != b) {
            if (a.hash != b.hash || a.node != b.node || a.state != b.state) {
                return false;
            }
            a = a.behind;
            b = b.behind;
        }
        return a == b;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
