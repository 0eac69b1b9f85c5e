package org.allodium.billing.internal;

import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// What one writer does with the commands of one transaction.
interface CommitGroup<C> {
    /// Writes all commands. Called again with the same commands when the transaction was lost, so
    /// it keeps what it found out in the commands and overwrites it.
    void write(Handle handle, List<C> commands);

    /// Whether one statement is all that these take, which is then a transaction by itself: one
    /// round trip instead of two.
    default boolean isOneStatement(List<C> commands) {
        return false;
    }

    /// How long a command waits for others to share its commit with, unless somebody is in a hurry
    /// for it. Nothing, where an answer waits for it.
    default Duration linger() {
        return Duration.ZERO;
    }

    /// The transaction is durable.
    void durable(List<C> commands);

    /// This command will not be tried again. `inDoubt`: the connection was lost while it was being
    /// committed, so the database may have done so all the same.
    void refused(C command, Exception cause, boolean inDoubt);

    /// Whether a command outlives a database that cannot be reached: it is tried until it is.
    boolean patient(C command);
}
