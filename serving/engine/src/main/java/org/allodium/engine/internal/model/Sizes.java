package org.allodium.engine.internal.model;

/// The most that a configuration may ask for: some times what the largest published models have.
final class Sizes {
    static final int LAYERS = 1_024;
    static final int HEADS = 4_096;
    static final int HEAD = 8_192;
    static final int WIDTH = 1 << 20;
    static final int VOCABULARY = 1 << 22;
    static final int POSITIONS = 1 << 27;

    private Sizes() {}
}
