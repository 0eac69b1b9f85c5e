package org.allodium.billing.internal;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.allodium.kernel.Database;
import org.allodium.kernel.Money;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Returns to the programme what an ended grant did not spend. Never while a request still holds
/// money of it: a reservation made before the end may settle after it.
final class Lapses {
    private static final Logger LOG = LoggerFactory.getLogger(Lapses.class);
    private static final String ENDED =
            """
            select b.grant_id from billing.grant_balance b
            join billing.grant_award g on g.id = b.grant_id
            where b.lapsed_at is null and b.reserved = 0 and g.ends_at <= :now
            order by b.grant_id limit 500""";
    private static final String LOCK =
            """
            select b.granted - b.spent - b.lapsed as rest, b.currency, g.programme_id
            from billing.grant_balance b join billing.grant_award g on g.id = b.grant_id
            where b.grant_id = :grant and b.lapsed_at is null and b.reserved = 0
            for update of b""";
    private static final String LAPSE =
            """
            update billing.grant_balance set lapsed = lapsed + :rest, lapsed_at = :now
            where grant_id = :grant""";
    private static final String GIVE_BACK =
            """
            update billing.programme set committed = committed - :rest, version = version + 1
            where id = :programme""";

    private final Database platform;
    private final Clock clock;
    private final Ledger ledger;

    Lapses(Database platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
        this.ledger = new Ledger(clock);
    }

    /// What an ended grant has left, and whose it was.
    private record Rest(Money left, UUID programme) {}

    void sweep() {
        var now = clock.instant();
        for (var grant : ended(now)) {
            platform.useTransaction(handle -> lapse(handle, grant, now));
        }
    }

    private List<UUID> ended(Instant now) {
        return platform.withHandle(
                handle -> handle.createQuery(ENDED).bind("now", now).mapTo(UUID.class).list());
    }

    private void lapse(Handle handle, UUID grant, Instant now) {
        var found =
                handle.createQuery(LOCK)
                        .bind("grant", grant)
                        .map(
                                row ->
                                        new Rest(
                                                Amounts.of(row, "rest"),
                                                row.getColumn("programme_id", UUID.class)))
                        .findOne();
        found.ifPresent(rest -> lapse(handle, grant, rest, now));
    }

    private void lapse(Handle handle, UUID grant, Rest rest, Instant now) {
        var movement =
                new Ledger.Movement(
                        Ledger.grant(grant), Ledger.programme(rest.programme), rest.left);
        ledger.post(
                handle,
                List.of(new Ledger.Posting("lapse", "lapse:" + grant, now, List.of(movement))));
        handle.createUpdate(LAPSE)
                .bind("rest", rest.left.amount())
                .bind("now", now)
                .bind("grant", grant)
                .execute();
        handle.createUpdate(GIVE_BACK)
                .bind("rest", rest.left.amount())
                .bind("programme", rest.programme)
                .execute();
        LOG.info("Grant {} has ended and returned {}", grant, rest.left);
    }
}
