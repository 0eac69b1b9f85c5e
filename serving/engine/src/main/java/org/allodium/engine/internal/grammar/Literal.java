package org.allodium.engine.internal.grammar;

import java.nio.charset.StandardCharsets;

/// One text and no other. The state is how many of its bytes were read: a table of it would grow
/// with the square of what it says.
final class Literal implements Automaton {
    private final byte[] text;

    Literal(String text) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
        Effort.hold(this.text.length);
    }

    @Override
    public int start() {
        return 0;
    }

    @Override
    public int next(int state, int value) {
        return state < text.length && (text[state] & 0xff) == value ? state + 1 : DEAD;
    }

    @Override
    public boolean accepts(int state) {
        return state == text.length;
    }

    @Override
    public boolean goesOn(int state) {
        return state < text.length;
    }
}
