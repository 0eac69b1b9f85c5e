package org.allodium.engine.internal.grammar;

/// What may follow in an answer of prescribed form. One object for each generation; it is asked
/// before each draw and told of each token drawn.
public interface Constraint {
    long[] NOTHING = {};

    /// Sets the logits of all tokens that may not follow to negative infinity. Unless the text is
    /// [#complete], at least one token stays possible: an end token where the text may end.
    void mask(float[] logits);

    /// Takes the token that was drawn; it is one that [#mask] left possible.
    void accept(int token);

    /// The tokens that follow whatever the model makes of them, as far as that is known.
    /// @param most so many at most
    default long[] certain(int most) {
        return NOTHING;
    }

    /// Whether the text is whole and nothing but an end token may follow: the generation can end
    /// here, and must where the model has no end token.
    default boolean complete() {
        return false;
    }
}
