package org.allodium.billing.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;

/// One run of one node, as the database counts them, and its slots. Nothing has a number before the
/// database could be asked.
final class Run {
    // One start of a name at a time.
    private static final String ALONE =
            "select pg_advisory_xact_lock(hashtextextended('billing.run ' || :node, 0))::text";
    private static final String BEGIN =
            """
            insert into billing.run (started_at, node, alive_until)
            select :now, :node, clock_timestamp() + :millis * interval '1 millisecond'
            where not exists (select from billing.run
                where node = :node and ended_at is null and settled >= 0
                    and alive_until >= clock_timestamp())
            returning run""";
    private static final String NAMESAKE =
            """
            select max(alive_until)::text from billing.run
            where node = :node and ended_at is null and settled >= 0""";
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
    private static final String DEAD =
            "update billing.run set alive_until = '-infinity' where run = :run";
    // Who was killed may have had one renewal under way; this is more.
    private static final int SIGNS_OF_LIFE = 3;
    private static final Duration LOOK = Duration.ofMillis(100);

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

    /// Waits until the last run of this name has ended or its life has lapsed: at most one lease,
    /// and after an end in order not at all.
    /// @throws NameTaken when that run goes on living
    void begin(Database platform, Instant now) {
        var signs = new HashSet<String>();
        while (number == 0 && !tryToBegin(platform, now)) {
            namesake(platform).ifPresent(signs::add);
            if (signs.size() >= SIGNS_OF_LIFE) {
                throw new NameTaken(node);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private boolean tryToBegin(Database platform, Instant now) {
        var begun =
                platform.inTransaction(
                        handle -> {
                            handle.createQuery(ALONE).bind("node", node).mapTo(String.class).one();
                            return handle.createQuery(BEGIN)
                                    .bind("now", now)
                                    .bind("node", node)
                                    .bind("millis", Life.LENGTH.toMillis())
                                    .mapTo(Long.class)
                                    .findOne();
                        });
        begun.ifPresent(
                run -> {
                    rack = new Slot.Rack(run);
                    number = run;
                });
        return begun.isPresent();
    }

    /// Until when the last run of this name lives.
    private Optional<String> namesake(Database platform) {
        return platform.withHandle(
                handle ->
                        handle.createQuery(NAMESAKE)
                                .bind("node", node)
                                .mapTo(String.class)
                                .findOne());
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

    /// Nobody waits for it any more. It is forgotten if nothing of it is left.
    void end(Database platform, Instant now) {
        platform.useTransaction(
                handle -> {
                    handle.createUpdate(DEAD).bind("run", number).execute();
                    handle.createUpdate(END).bind("now", now).bind("run", number).execute();
                });
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
