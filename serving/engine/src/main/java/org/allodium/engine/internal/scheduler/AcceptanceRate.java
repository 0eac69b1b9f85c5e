package org.allodium.engine.internal.scheduler;

/// How well a sequence's guesses have done: the chance that the next guessed token is drawn.
final class AcceptanceRate {
    /// Before anything is known. A first guess is then tried with up to three tokens.
    private static final double FIRST = 0.5;
    /// What the chance so far counts beside the latest guess. Ten refusals in a row bring it from 1
    /// to where nothing is tried; their 33 rows cost as much as two steps. Three successes bring it
    /// back above one half.
    private static final double KEPT = 0.75;
    /// So many guesses are let pass before a hopeless sequence is tried again with one token: its
    /// text may have changed, and a refusal then costs 6 % of one step in 32.
    private static final int PATIENCE = 32;

    private double chance = FIRST;
    private int passed;

    double chance() {
        return chance;
    }

    /// Whether to try again although there is little hope.
    boolean due() {
        return passed >= PATIENCE;
    }

    /// A guess was not tried.
    void pass() {
        passed++;
    }

    /// @param accepted how many of the guessed tokens were drawn, up to the first that was not
    void tried(int guessed, int accepted) {
        passed = 0;
        // A refused token ends the guess; what stood behind it says nothing.
        int judged = accepted < guessed ? accepted + 1 : guessed;
        chance = KEPT * chance + (1 - KEPT) * accepted / judged;
    }
}
