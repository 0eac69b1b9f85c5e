package org.allodium.billing.internal;

import java.sql.SQLTransientConnectionException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.allodium.billing.ReserveOutcome;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;

/// Those that wait for the database, and no longer than they said.
final class Deadlines {
    private final Set<LeaseCommand.Wish> wishes = ConcurrentHashMap.newKeySet();
    private final Set<Trace.SlotRow> rows = ConcurrentHashMap.newKeySet();

    CompletableFuture<ReserveOutcome> watch(LeaseCommand.Wish wish) {
        wishes.add(wish);
        return wish.future.whenComplete((done, failure) -> wishes.remove(wish));
    }

    CompletableFuture<Void> watch(Trace.SlotRow row) {
        rows.add(row);
        return row.future.whenComplete((done, failure) -> rows.remove(row));
    }

    void expire(Instant now) {
        for (var wish : wishes) {
            if (now.isAfter(wish.deadline) && wish.answer()) {
                wish.then.accept(Optional.empty());
                Meters.reservation("late").increment();
                Replies.fail(wish.future, Replies.explain(new SQLTransientConnectionException()));
            }
        }
        for (var row : rows) {
            if (now.isAfter(row.deadline)) {
                row.giveUp();
                Replies.fail(
                        row.future, Refused.of(ErrorCode.OVERLOADED, "billing.end-not-recorded"));
            }
        }
    }
}
