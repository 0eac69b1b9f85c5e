package org.allodium.billing.internal;

import java.time.Instant;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;

/// One run of one node, as the database counts them, and its slots. Nothing has a number before the
/// database could be asked.
final class Run {
    private static final String BEGIN =
            """
            insert into billing.run (started_at, node, alive_until)
            values (:now, :node, clock_timestamp() + :millis * interval '1 millisecond')
            returning run""";
    // What still holds money or a request is left to whoever takes over.
    private static final String END =
            """
            with ended as (
                update billing.run set ended_at = :now where run = :run
                    and not exists (select from billing.lease where run = :run and amount > 0)
                    and not exists (select from billing.slot
                        where run = :run and request_id is not null)
                returning run),
            leases as (delete from billing.lease where run in (select run from ended)),
            slots as (delete from billing.slot where run in (select run from ended))
            delete from billing.mark where run in (select run from ended)""";

    /// The counters of its two writers of balances.
    static final String LEASED = "leased";

    static final String SETTLED = "settled";

    private static final String COUNTED = "select %s from billing.run where run = :run for update";

    private final String node;
    private volatile long number;
    private volatile Slot.Rack rack = new Slot.Rack(0);

    /// @param node what the machine is called: a new run of it takes over from its last one at once
    Run(String node) {
        this.node = node;
    }

    void begin(Database platform, Instant now) {
        if (number == 0) {
            long begun =
                    platform.inTransaction(
                            handle ->
                                    handle.createQuery(BEGIN)
                                            .bind("now", now)
                                            .bind("node", node)
                                            .bind("millis", Life.LENGTH.toMillis())
                                            .mapTo(Long.class)
                                            .one());
            rack = new Slot.Rack(begun);
            number = begun;
        }
    }

    /// How many transactions of a writer are durable, once none of them is under way: the row is
    /// waited for, and not held while balances are.
    long counted(Handle handle, String writer) {
        long counted =
                handle.createQuery(COUNTED.formatted(writer))
                        .bind("run", number)
                        .mapTo(Long.class)
                        .one();
        Database.commit(handle);
        return counted;
    }

    /// If nothing of it is left.
    void end(Database platform, Instant now) {
        platform.useTransaction(
                handle -> handle.createUpdate(END).bind("now", now).bind("run", number).execute());
    }

    /// 0 before it has begun.
    long number() {
        return number;
    }

    String node() {
        return node;
    }

    Slot.Rack rack() {
        return rack;
    }
}
