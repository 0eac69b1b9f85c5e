package org.allodium.corpus;

/// The vector of a text by which a passage is found, or by which a question is known to be about
/// something else.
record Unit(int passage, float[] vector) {
    static final int ELSEWHERE = -1;
}
