package org.allodium.billing.internal;

import java.time.Instant;
import org.allodium.kernel.Database;

/// One run of one node, as the database counts them, and its slots. Nothing has a number before the
/// database could be asked.
final class Run {
    private static final String BEGIN =
            "insert into billing.run (started_at) values (:now) returning run";
    private static final String END = "update billing.run set ended_at = :now where run = :run";

    private volatile long number;
    private volatile Slot.Rack rack = new Slot.Rack(0);

    void begin(Database platform, Instant now) {
        if (number == 0) {
            long begun =
                    platform.inTransaction(
                            handle ->
                                    handle.createQuery(BEGIN)
                                            .bind("now", now)
                                            .mapTo(Long.class)
                                            .one());
            rack = new Slot.Rack(begun);
            number = begun;
        }
    }

    void end(Database platform, Instant now) {
        platform.useTransaction(
                handle -> handle.createUpdate(END).bind("now", now).bind("run", number).execute());
    }

    /// 0 before it has begun.
    long number() {
        return number;
    }

    Slot.Rack rack() {
        return rack;
    }
}
