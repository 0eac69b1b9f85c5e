package org.allodium.engine.internal.grammar;

/// A regular language over bytes, read byte by byte. From each state an end can be reached.
interface Automaton {
    int DEAD = -1;

    int start();

    /// The state after a byte (0 to 255), or [#DEAD].
    int next(int state, int value);

    /// Whether the text may end here.
    boolean accepts(int state);

    /// Whether any byte may follow.
    boolean goesOn(int state);

    /// Of how many plain characters (see [Characters#PLAIN]) any sequence may follow in this state
    /// and stay within the language, [Integer#MAX_VALUE] for unlimited; 0 where that is not known.
    default int room(int state) {
        return 0;
    }
}
