package org.allodium.launcher;

/// Where steps are told: the terminal, or nowhere in tests.
@FunctionalInterface
public interface Progress {
    void say(String line);

    static Progress silent() {
        return line -> {};
    }
}
