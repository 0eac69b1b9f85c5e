package org.allodium.corpus;

/// The vector of a text that tells a passage, or that a question is about something else.
record Unit(int passage, float[] vector) {
    static final int ELSEWHERE = -1;
}
