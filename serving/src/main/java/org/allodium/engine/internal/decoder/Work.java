package org.allodium.engine.internal.decoder;

/// Something a model copy computes step by step.
sealed interface Work permits Answer, Logits {
    /// Cache positions it will fill at most.
    int positions();

    /// One step on the compute thread; false when it has ended. After [#cancel] it computes nothing
    /// and ends, and may then be called from any thread if the work was not begun.
    boolean step();

    /// Lets the next step end it. From any thread, idempotent.
    void cancel();

    /// Ends it as failed, unless it has ended.
    void fail();
}
