package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.kernel.Money;
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
            where b.lapsed_at is null and b.reserved = 0 and g.ends_at <= ?
            order by b.grant_id limit 500""";
    private static final String LOCK =
            """
            select b.granted - b.spent - b.lapsed as rest, b.currency, g.programme_id
            from billing.grant_balance b join billing.grant_award g on g.id = b.grant_id
            where b.grant_id = ? and b.lapsed_at is null and b.reserved = 0
            for update of b""";
    private static final String LAPSE =
            """
            update billing.grant_balance set lapsed = lapsed + ?, lapsed_at = ?
            where grant_id = ?""";
    private static final String GIVE_BACK =
            """
            update billing.programme set committed = committed - ?, version = version + 1
            where id = ?""";

    private final DataSource platform;
    private final Clock clock;
    private final Ledger ledger;

    Lapses(DataSource platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
        this.ledger = new Ledger(clock);
    }

    void sweep() throws SQLException {
        var now = clock.instant();
        for (var grant : ended(now)) {
            try (var connection = platform.getConnection()) {
                connection.setAutoCommit(false);
                try {
                    lapse(connection, grant, now);
                    connection.commit();
                } catch (SQLException e) {
                    connection.rollback();
                    throw e;
                }
            }
        }
    }

    private List<UUID> ended(Instant now) throws SQLException {
        try (var connection = platform.getConnection();
                var select = connection.prepareStatement(ENDED)) {
            select.setObject(1, now.atOffset(ZoneOffset.UTC));
            var grants = new ArrayList<UUID>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    grants.add(rows.getObject(1, UUID.class));
                }
            }
            return grants;
        }
    }

    private void lapse(Connection connection, UUID grant, Instant now) throws SQLException {
        BigDecimal rest;
        Currency currency;
        UUID programme;
        try (var lock = connection.prepareStatement(LOCK)) {
            lock.setObject(1, grant);
            try (var rows = lock.executeQuery()) {
                if (!rows.next()) {
                    return;
                }
                rest = rows.getBigDecimal("rest");
                currency = Currency.getInstance(rows.getString("currency"));
                programme = rows.getObject("programme_id", UUID.class);
            }
        }
        ledger.post(
                connection,
                List.of(
                        new Ledger.Posting(
                                "lapse",
                                "lapse:" + grant,
                                now,
                                List.of(
                                        new Ledger.Movement(
                                                Ledger.grant(grant),
                                                Ledger.programme(programme),
                                                new Money(rest, currency))))));
        try (var balance = connection.prepareStatement(LAPSE);
                var back = connection.prepareStatement(GIVE_BACK)) {
            balance.setBigDecimal(1, rest);
            balance.setObject(2, now.atOffset(ZoneOffset.UTC));
            balance.setObject(3, grant);
            balance.executeUpdate();
            back.setBigDecimal(1, rest);
            back.setObject(2, programme);
            back.executeUpdate();
        }
        LOG.info("Grant {} has ended and returned {} {}", grant, rest, currency);
    }
}
