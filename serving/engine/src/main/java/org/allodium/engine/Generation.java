package org.allodium.engine;

/// A generation under way.
public interface Generation {
    /// A number of its own within the process, as in [StepReport].
    long id();

    /// Ends it. At most one further step is computed; `onEnd` follows with `CANCELLED`, unless the
    /// generation has ended already. Idempotent; callable from any thread.
    void cancel();
}
