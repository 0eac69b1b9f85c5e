package org.allodium.billing;

import java.time.Instant;
import java.time.YearMonth;
import java.util.Optional;

/// What is known of a month (UTC) of usage, ledger and receipts.
/// @param bytes on disk, with indexes; 0 where its tables were taken out of the database
/// @param exported the latest time that it was exported
/// @param moved the latest time that it was detached or attached
public record Month(
        YearMonth month, State state, long bytes, Optional<Act> exported, Optional<Act> moved) {
    public enum State {
        CURRENT,
        ATTACHED,
        DETACHED
    }

    /// @param actor the subject of whoever did it
    /// @param name of that person, where one is on record
    public record Act(Instant at, String actor, Optional<String> name) {}
}
