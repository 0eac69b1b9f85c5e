package org.allodium.engine.internal.template;

/// A piece of a template. `text` of a STRING or DATA is its content; of the others what is written.
record Token(Kind kind, String text, int line) {
    enum Kind {
        DATA,
        VARIABLE_BEGIN,
        VARIABLE_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Kind wanted, String writtenAs) {
        return kind == wanted && text.equals(writtenAs);
    }
}
