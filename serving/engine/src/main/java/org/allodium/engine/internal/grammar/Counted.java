package org.allodium.engine.internal.grammar;

/// The inside of a JSON string of any characters, with bounds for how many. Kept apart from tables,
/// because a bound of thousands would make one of thousands of states.
final class Counted implements Automaton {
    static final int MOST = 1_000_000;

    private static final Dfa ONE = Dfa.of(oneCharacter());

    private final int min;
    private final int max;

    /// @param max at most [#MOST], or [Regular#UNLIMITED]
    Counted(int min, int max) {
        this.min = min;
        this.max = max;
    }

    /// Any spelling: as it is, a short escape, or by its number.
    private static Regular oneCharacter() {
        var hex =
                Regular.either(
                        new Regular.Range('0', '9'),
                        new Regular.Range('a', 'f'),
                        new Regular.Range('A', 'F'));
        var d = Regular.texts("d", "D");
        var eightToB =
                Regular.either(
                        new Regular.Range('8', '9'),
                        new Regular.Range('a', 'b'),
                        new Regular.Range('A', 'B'));
        var cToF = Regular.either(new Regular.Range('c', 'f'), new Regular.Range('C', 'F'));
        var notD =
                Regular.either(
                        new Regular.Range('0', '9'),
                        new Regular.Range('a', 'c'),
                        new Regular.Range('A', 'C'),
                        new Regular.Range('e', 'f'),
                        new Regular.Range('E', 'F'));
        var u = Regular.text("\\u");
        return Regular.either(
                Characters.PLAIN.inString(),
                Regular.texts("\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"),
                Regular.chain(u, notD, hex, hex, hex),
                Regular.chain(u, d, new Regular.Range('0', '7'), hex, hex),
                Regular.chain(u, d, eightToB, hex, hex, u, d, cToF, hex, hex));
    }

    // A state is the number of whole characters, times the states of one, plus the state in one.
    private static int whole(int state) {
        return state / ONE.states();
    }

    private static int inside(int state) {
        return state % ONE.states();
    }

    @Override
    public int start() {
        return ONE.start();
    }

    @Override
    public int next(int state, int value) {
        int inside = inside(state);
        if (inside == ONE.start() && max != Regular.UNLIMITED && whole(state) >= max) {
            return DEAD;
        }
        int then = ONE.next(inside, value);
        if (then == DEAD) {
            return DEAD;
        }
        if (!ONE.accepts(then)) {
            return state - inside + then;
        }
        int count = whole(state) + 1;
        // Without an upper bound nothing changes once the lower one is reached.
        int kept = max == Regular.UNLIMITED ? Math.min(count, min) : count;
        return kept * ONE.states() + ONE.start();
    }

    @Override
    public boolean accepts(int state) {
        return inside(state) == ONE.start() && whole(state) >= min;
    }

    @Override
    public boolean goesOn(int state) {
        return inside(state) != ONE.start() || max == Regular.UNLIMITED || whole(state) < max;
    }

    @Override
    public int room(int state) {
        if (inside(state) != ONE.start()) {
            return 0;
        }
        return max == Regular.UNLIMITED ? Integer.MAX_VALUE : max - whole(state);
    }
}
