package org.allodium.billing.internal;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.allodium.billing.Budgets.Release;
import org.allodium.kernel.Database;

/// Whether this run may act. It holds a lease of its life in the database, by the database's clock,
/// and renews it; when it has lapsed another run may take over, and then this one is gone. What it
/// takes for its end is never later than what the database does.
final class Life {
    /// How long a node that says nothing is taken to live.
    static final Duration LENGTH = Duration.ofSeconds(3);

    // How much slower than the database's this machine's clock may be.
    private static final Duration DRIFT = Duration.ofMillis(100);
    private static final String RENEW =
            """
            update billing.run
            set alive_until = clock_timestamp() + :millis * interval '1 millisecond'
            where run = :run and settled >= 0""";

    private final Database database;
    private final Run run;
    private final LongSupplier nanos;
    private volatile boolean renewing;
    private volatile boolean over;
    private volatile long until;
    private volatile long since;

    /// @param nanos a clock that never goes back, such as [System#nanoTime]
    Life(Database database, Run run, LongSupplier nanos) {
        this.database = database;
        this.run = run;
        this.nanos = nanos;
    }

    enum State {
        LIVES,
        /// Nobody heard of it for so long that another run may have taken over.
        LAPSED,
        /// Another run has taken over.
        OVER
    }

    State state() {
        if (over) {
            return State.OVER;
        }
        // Who never renews is alone: a start takes over from what it was before.
        return renewing && nanos.getAsLong() - until > 0 ? State.LAPSED : State.LIVES;
    }

    /// Whether it lived so long without a gap that others had time to renew theirs: after the
    /// database was away all have lapsed.
    boolean isSettledIn() {
        return renewing && state() == State.LIVES && nanos.getAsLong() - since > LENGTH.toNanos();
    }

    /// Before the run has begun there is nothing to renew.
    void renew() {
        if (run.number() == 0) {
            return;
        }
        long asked = nanos.getAsLong();
        boolean gap = !renewing || state() != State.LIVES;
        int renewed =
                database.inTransaction(
                        handle ->
                                handle.createUpdate(RENEW)
                                        .bind("run", run.number())
                                        .bind("millis", LENGTH.toMillis())
                                        .execute());
        if (renewed == 0) {
            over = true;
            return;
        }
        if (gap) {
            since = asked;
        }
        until = asked + LENGTH.minus(DRIFT).toNanos();
        renewing = true;
    }

    /// How much of what a mark lets leave may leave now.
    Release permits(Release marked) {
        return switch (state()) {
            case LIVES -> marked;
            // Whether another run has taken over is known with the next renewal.
            case LAPSED -> marked == Release.CUT ? Release.CUT : Release.PAUSE;
            case OVER -> Release.CUT;
        };
    }
}
