package org.allodium.engine.internal.template;

import java.util.HashMap;
import java.util.Map;
import org.allodium.engine.internal.template.Values.Undefined;
import org.jspecify.annotations.Nullable;

/// Names and their values. A loop's body has a scope of its own in each round, so what it sets is
/// gone afterwards, as in Jinja.
final class Scope {
    // More rounds than any conversation needs; a template that asks for more is broken or hostile.
    private static final int MAX_ROUNDS = 1_000_000;
    private static final int MAX_DEPTH = 100;

    // A scope and what a loop says of itself, against characters.
    private static final int ROUND = 64;

    private final @Nullable Scope outer;
    private final Map<String, Object> values = new HashMap<>();
    private final int[] rounds;
    private final int depth;

    Scope(Map<String, Object> values) {
        this.outer = null;
        this.rounds = new int[1];
        this.depth = 0;
        this.values.putAll(values);
    }

    private Scope(Scope outer, int depth) {
        this.outer = outer;
        this.rounds = outer.rounds;
        this.depth = depth;
        if (depth > MAX_DEPTH) {
            throw new RenderFailure("loops and macros are nested too deeply");
        }
    }

    Scope round() {
        Work.on(ROUND);
        if (++rounds[0] > MAX_ROUNDS) {
            throw new RenderFailure("the loops do not end");
        }
        return new Scope(this, depth + 1);
    }

    Scope inner() {
        return new Scope(this, depth + 1);
    }

    /// The scope of a macro's body: it sees what this one sees, and counts as called from `caller`.
    Scope calledFrom(Scope caller) {
        Work.on(ROUND);
        if (++rounds[0] > MAX_ROUNDS) {
            throw new RenderFailure("the loops do not end");
        }
        return new Scope(this, caller.depth + 1);
    }

    Object get(String name) {
        for (var scope = this; scope != null; scope = scope.outer) {
            var value = scope.values.get(name);
            if (value != null) {
                return value;
            }
        }
        return new Undefined(name);
    }

    void set(String name, Object value) {
        values.put(name, value);
    }
}
