package org.allodium.engine;

/// So many forms of answers are being prepared that another one would wait too long.
public final class FormatsBusy extends RuntimeException {
    public FormatsBusy() {
        super("Too many forms of answers are being prepared", null, false, false);
    }
}
