package org.allodium.engine.internal.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.function.IntPredicate;

/// A regular language as a table.
final class Dfa implements Automaton {
    private static final int MOST_STATES = 10_000;

    /// Of all states together: how many parts of the expression they stand for. It bounds the time
    /// that somebody else's pattern can take.
    private static final int MOST_PARTS = 1_000_000;

    private static final int BYTES = 256;

    // next[state * columns + column[byte]]
    private final int[] column;
    private final int columns;
    private final int[] next;
    private final BitSet accepting;
    private final BitSet goingOn;

    private Dfa(int[] column, int columns, int[] next, BitSet accepting) {
        this.column = column;
        this.columns = columns;
        this.next = next;
        this.accepting = accepting;
        this.goingOn = new BitSet();
        for (int i = 0; i < next.length; i++) {
            if (next[i] != DEAD) {
                goingOn.set(i / columns);
            }
        }
    }

    /// @throws TooLarge if the table would be
    static Dfa of(Regular regular) {
        var nfa = Nfa.of(regular);
        int[] column = nfa.columns();
        int columns = column[BYTES - 1] + 1;
        int[] example = new int[columns];
        for (int b = BYTES - 1; b >= 0; b--) {
            example[column[b]] = b;
        }
        return explore(
                column, columns, nfa.start(), (set, c) -> nfa.step(set, example[c]), nfa::accepts);
    }

    /// All bytes in which a text does not occur. A state is how much of it has just been read.
    static Dfa without(String text) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        int[] column = new int[BYTES];
        int columns = 1;
        for (byte b : wanted) {
            if (column[b & 0xff] == 0) {
                column[b & 0xff] = columns++;
            }
        }
        return explore(
                column,
                columns,
                List.of(0),
                (read, c) -> {
                    int next = read(wanted, read.getFirst(), c, column);
                    return next == wanted.length ? List.of() : List.of(next);
                },
                read -> true);
    }

    /// The longest beginning of the wanted text that is read after one more byte.
    private static int read(byte[] wanted, int before, int c, int[] column) {
        for (int n = before + 1; n > 0; n--) {
            boolean fits = column[wanted[n - 1] & 0xff] == c;
            for (int i = 0; fits && i < n - 1; i++) {
                fits = wanted[i] == wanted[before - (n - 1) + i];
            }
            if (fits) {
                return n;
            }
        }
        return 0;
    }

    /// The texts that both take.
    static Dfa both(Dfa a, Dfa b) {
        int[] column = new int[BYTES];
        var known = new HashMap<Long, Integer>();
        for (int i = 0; i < BYTES; i++) {
            long pair = (long) a.column[i] << Integer.SIZE | b.column[i];
            int fresh = known.size();
            column[i] = known.computeIfAbsent(pair, p -> fresh);
        }
        int columns = known.size();
        int[] example = new int[columns];
        for (int i = 0; i < BYTES; i++) {
            example[column[i]] = i;
        }
        return explore(
                column,
                columns,
                List.of(a.start(), b.start()),
                (pair, c) -> {
                    int x = a.next(pair.get(0), example[c]);
                    int y = x == DEAD ? DEAD : b.next(pair.get(1), example[c]);
                    return y == DEAD ? List.of() : List.of(x, y);
                },
                pair -> a.accepts(pair.get(0)) && b.accepts(pair.get(1)));
    }

    private interface Steps<S> {
        S step(S from, int column);
    }

    private interface Ends<S> {
        boolean at(S state);
    }

    /// Numbers the states as they are met; an empty collection is the dead one.
    private static <S extends List<Integer>> Dfa explore(
            int[] column, int columns, S start, Steps<S> steps, Ends<S> ends) {
        var numbers = new HashMap<S, Integer>();
        var waiting = new ArrayDeque<S>();
        var rows = new ArrayList<int[]>();
        var accepting = new BitSet();
        long parts = 0;
        numbers.put(start, 0);
        waiting.add(start);
        while (!waiting.isEmpty()) {
            var state = waiting.remove();
            if (ends.at(state)) {
                accepting.set(rows.size());
            }
            int[] row = new int[columns];
            Effort.spend(columns);
            Effort.hold((long) columns * Integer.BYTES);
            for (int c = 0; c < columns; c++) {
                var to = steps.step(state, c);
                if (to.isEmpty()) {
                    row[c] = DEAD;
                    continue;
                }
                var number = numbers.get(to);
                if (number == null) {
                    number = numbers.size();
                    parts += to.size();
                    if (number == MOST_STATES || parts > MOST_PARTS) {
                        throw new TooLarge();
                    }
                    numbers.put(to, number);
                    waiting.add(to);
                }
                row[c] = number;
            }
            rows.add(row);
        }
        return trimmed(column, columns, rows, accepting);
    }

    /// Makes every way dead that leads to no end.
    private static Dfa trimmed(int[] column, int columns, List<int[]> rows, BitSet accepting) {
        var useful = leading(rows, accepting);
        IntPredicate leads = s -> s != DEAD && useful.get(s);
        int[] next = new int[rows.size() * columns];
        for (int s = 0; s < rows.size(); s++) {
            for (int c = 0; c < columns; c++) {
                int to = rows.get(s)[c];
                next[s * columns + c] = leads.test(to) ? to : DEAD;
            }
        }
        return new Dfa(column, columns, next, accepting);
    }

    /// The states that lead to an end, found backwards from the ends: each way is looked at once.
    private static BitSet leading(List<int[]> rows, BitSet accepting) {
        // The ways into a state, as a list: the last one, and before each way the one before it.
        int[] last = new int[rows.size()];
        Arrays.fill(last, DEAD);
        int columns = rows.getFirst().length;
        int[] before = new int[rows.size() * columns];
        for (int way = 0; way < before.length; way++) {
            int to = rows.get(way / columns)[way % columns];
            if (to != DEAD) {
                before[way] = last[to];
                last[to] = way;
            }
        }
        var leading = (BitSet) accepting.clone();
        var waiting = new ArrayDeque<Integer>();
        accepting.stream().forEach(waiting::add);
        while (!waiting.isEmpty()) {
            for (int way = last[waiting.remove()]; way != DEAD; way = before[way]) {
                int from = way / columns;
                if (!leading.get(from)) {
                    leading.set(from);
                    waiting.add(from);
                }
            }
        }
        return leading;
    }

    /// Whether it takes no text at all.
    boolean isEmpty() {
        return accepting.isEmpty();
    }

    @Override
    public int start() {
        return 0;
    }

    @Override
    public int next(int state, int value) {
        return next[state * columns + column[value]];
    }

    @Override
    public boolean accepts(int state) {
        return accepting.get(state);
    }

    @Override
    public boolean goesOn(int state) {
        return goingOn.get(state);
    }

    int states() {
        return next.length / columns;
    }

    /// An expression whose table would be larger than anybody needs.
    static final class TooLarge extends RuntimeException {
        TooLarge() {
            super("An expression is too large", null, false, false);
        }
    }
}
