package org.allodium.billing.internal;

import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// What one writer does with the commands of one transaction.
interface CommitGroup<C> {
    /// Writes all commands. Called again with the same commands when the transaction was lost, so
    /// it keeps what it found out in the commands and overwrites it.
    void write(Handle handle, List<C> commands);

    /// How long a command waits for others to share its commit with. Nothing, where somebody waits
    /// for it before an answer leaves.
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
