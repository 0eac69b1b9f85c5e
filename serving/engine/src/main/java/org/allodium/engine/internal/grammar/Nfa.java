package org.allodium.engine.internal.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// An expression taken apart: states, each with one range of bytes that leads on, or with states
/// that are entered together with it.
final class Nfa {
    private static final int MOST_STATES = 100_000;
    private static final int BYTES = 256;

    private record State(int low, int high, int to, int[] along) {}

    private final List<State> states = new ArrayList<>();
    private int end;
    private int begin;

    // For entering states: in which round each was seen, and what is still to be entered.
    private int[] seen = new int[0];
    private int round;
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>();
    private final List<Integer> found = new ArrayList<>();

    private Nfa() {}

    static Nfa of(Regular regular) {
        var nfa = new Nfa();
        nfa.end = nfa.add(new State(1, 0, -1, new int[0]));
        nfa.begin = nfa.build(regular, nfa.end);
        return nfa;
    }

    private int add(State state) {
        if (states.size() == MOST_STATES) {
            throw new Dfa.TooLarge();
        }
        Effort.spend(1);
        states.add(state);
        return states.size() - 1;
    }

    private int fork(int... along) {
        return add(new State(1, 0, -1, along));
    }

    /// The state at which the expression begins when `then` is what comes behind it.
    private int build(Regular regular, int then) {
        return switch (regular) {
            case Regular.Range(int low, int high) -> add(new State(low, high, then, new int[0]));
            case Regular.Chain(var parts) -> {
                int at = then;
                for (int i = parts.size() - 1; i >= 0; i--) {
                    at = build(parts.get(i), at);
                }
                yield at;
            }
            case Regular.Either(var options) ->
                    fork(options.stream().mapToInt(o -> build(o, then)).toArray());
            case Regular.Repeat(var part, int min, int max) -> repeat(part, min, max, then);
        };
    }

    private int repeat(Regular part, int min, int max, int then) {
        int at = then;
        if (max == Regular.UNLIMITED) {
            int loop = fork(then, then);
            states.get(loop).along()[1] = build(part, loop);
            at = loop;
        } else {
            for (int i = min; i < max; i++) {
                at = fork(then, build(part, at));
            }
        }
        for (int i = 0; i < min; i++) {
            at = build(part, at);
        }
        return at;
    }

    /// For every byte its column: bytes that no range tells apart share one.
    int[] columns() {
        var cuts = new BitSet(BYTES + 1);
        for (var state : states) {
            if (state.low() <= state.high()) {
                cuts.set(state.low());
                cuts.set(state.high() + 1);
            }
        }
        int[] columns = new int[BYTES];
        for (int b = 1; b < BYTES; b++) {
            columns[b] = columns[b - 1] + (cuts.get(b) ? 1 : 0);
        }
        return columns;
    }

    List<Integer> start() {
        begin();
        enter(begin);
        return entered();
    }

    List<Integer> step(List<Integer> from, int value) {
        begin();
        Effort.spend(from.size());
        for (int s : from) {
            var state = states.get(s);
            if (value >= state.low() && value <= state.high()) {
                enter(state.to());
            }
        }
        return entered();
    }

    private void begin() {
        if (seen.length < states.size()) {
            seen = new int[states.size()];
        }
        round++;
        found.clear();
    }

    private void enter(int state) {
        if (seen[state] == round) {
            return;
        }
        seen[state] = round;
        waiting.push(state);
        while (!waiting.isEmpty()) {
            int s = waiting.pop();
            var known = states.get(s);
            Effort.spend(1 + known.along().length);
            if (s == end || known.low() <= known.high()) {
                found.add(s);
            }
            for (int along : known.along()) {
                if (seen[along] != round) {
                    seen[along] = round;
                    waiting.push(along);
                }
            }
        }
    }

    private List<Integer> entered() {
        return found.stream().sorted().toList();
    }

    boolean accepts(List<Integer> set) {
        return set.contains(end);
    }
}
