package org.allodium.launcher;

/// What the person at the terminal can understand and cure; the message is one sentence.
public final class Trouble extends RuntimeException {
    public Trouble(String sentence) {
        super(sentence);
    }

    public Trouble(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
