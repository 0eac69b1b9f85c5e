package org.allodium.corpus;

import java.util.Optional;

/// The corpora that a deployment can answer from.
public final class Corpora {
    public static final String HANDBOOK = "handbook";

    private Corpora() {}

    public static Optional<Corpus> find(String name) {
        return name.equals(HANDBOOK) ? Optional.of(Corpus.handbook()) : Optional.empty();
    }
}
