package org.allodium.serving.rest;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells a database that is away from every other failure, and says once that it went and once
/// that it came back: at a thousand requests a second, a trace for each would hide all else.
final class DatabaseAway {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseAway.class);

    /// Classes of SQLSTATE: a broken connection, no room left, an operator's hand, the system.
    private static final Set<String> NOT_NOW = Set.of("08", "53", "57", "58");

    /// Not a state of the statement's: waiting would not have helped it.
    private static final String CANCELLED = "57014";

    private static final int DEEPEST = 20;

    private final AtomicBoolean away = new AtomicBoolean();

    static boolean isCauseOf(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof SQLException sql && isAway(sql)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isAway(SQLException e) {
        var state = String.valueOf(e.getSQLState());
        return e instanceof SQLTransientConnectionException
                || e instanceof SQLNonTransientConnectionException
                || endedTheConnection(e)
                || (!state.equals(CANCELLED)
                        && NOT_NOW.contains(state.substring(0, Math.min(2, state.length()))));
    }

    /// PostgreSQL's severity: whatever else it says, nothing more comes on this connection.
    private static boolean endedTheConnection(SQLException e) {
        var message = e.getMessage();
        return message != null && message.startsWith("FATAL:");
    }

    /// Whether the database is what failed.
    boolean noticed(Throwable failure) {
        boolean cause = isCauseOf(failure);
        if (cause && away.compareAndSet(false, true)) {
            LOG.error("The database is away; requests are answered with 503 until it is back");
        }
        return cause;
    }

    void answered() {
        if (away.get() && away.compareAndSet(true, false)) {
            LOG.warn("The database is back");
        }
    }
}
