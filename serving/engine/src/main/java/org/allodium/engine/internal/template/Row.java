package org.allodium.engine.internal.template;

import java.util.AbstractList;
import java.util.List;

/// A row of values that Python does not hold as a list. It can be gone through like one, but is
/// neither printed nor indexed like one.
final class Row extends AbstractList<Object> {
    enum Kind {
        /// Written with round brackets.
        TUPLE,
        /// The keys, values or pairs of a map.
        VIEW,
        RANGE,
        /// Can be gone through once, has no length, and is true even if nothing comes.
        GENERATOR
    }

    private final Kind kind;
    private final List<Object> values;
    private boolean used;

    Row(Kind kind, List<?> values) {
        this.kind = kind;
        this.values = List.copyOf(values);
    }

    static Row tuple(Object... values) {
        return new Row(Kind.TUPLE, List.of(values));
    }

    static Row generator(List<?> values) {
        return new Row(Kind.GENERATOR, values);
    }

    Kind kind() {
        return kind;
    }

    boolean isTuple() {
        return kind == Kind.TUPLE;
    }

    boolean isGenerator() {
        return kind == Kind.GENERATOR;
    }

    /// Whether it has a length and elements with numbers.
    boolean isSequence() {
        return kind == Kind.TUPLE || kind == Kind.RANGE;
    }

    List<Object> run() {
        if (isGenerator()) {
            if (used) {
                throw new RenderFailure("what a filter yields once is gone through twice");
            }
            used = true;
        }
        return values;
    }

    @Override
    public Object get(int index) {
        return values.get(index);
    }

    @Override
    public int size() {
        return values.size();
    }
}
