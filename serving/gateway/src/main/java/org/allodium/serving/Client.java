package org.allodium.serving;

import org.allodium.serving.AnswerListener.ClientWatch;

/// Whoever waits for an answer that leaves as a whole.
@FunctionalInterface
public interface Client {
    /// One of whom nothing is known: it waits to the end.
    Client PATIENT = gone -> () -> {};

    /// Runs `gone` at most once, from another thread, if it hangs up before the watch is closed.
    ClientWatch watch(Runnable gone);
}
