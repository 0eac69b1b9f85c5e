package org.allodium.billing.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.allodium.billing.Grant;
import org.allodium.billing.GrantId;
import org.allodium.billing.ProgrammeId;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;

/// Grants and their balances: rows that are opened together with the ledger's and read for showing.
public final class GrantBook {
    private static final String AWARD =
            """
            insert into billing.grant_award (id, tenant_id, programme_id, application_id, amount,
                currency, priority, starts_at, ends_at, created_at, created_by)
            values (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)""";
    private static final String BALANCE =
            """
            insert into billing.grant_balance
                (grant_id, tenant_id, currency, granted, spent, reserved, lapsed)
            values (?, ?, ?, ?, 0, 0, 0)""";
    private static final String OF_TENANT =
            """
            select g.*, b.granted, b.spent, b.reserved, b.lapsed_at, p.title, p.funder
            from billing.grant_award g
            join billing.grant_balance b on b.grant_id = g.id
            join billing.programme p on p.id = g.programme_id
            where g.tenant_id = ?
            order by (g.ends_at <= ?), g.priority, g.ends_at, g.created_at, g.id""";

    private GrantBook() {}

    /// What an officer has decided.
    public record Award(
            UUID id,
            UUID tenant,
            UUID programme,
            UUID application,
            Money amount,
            Instant startsAt,
            Instant endsAt,
            String officer) {}

    /// Grant, balance and ledger in the caller's transaction.
    public static void open(Connection connection, Ledger ledger, Award award) throws SQLException {
        String currency = award.amount().currency().getCurrencyCode();
        var start = award.startsAt().atOffset(ZoneOffset.UTC);
        try (var grant = connection.prepareStatement(AWARD);
                var balance = connection.prepareStatement(BALANCE)) {
            grant.setObject(1, award.id());
            grant.setObject(2, award.tenant());
            grant.setObject(3, award.programme());
            grant.setObject(4, award.application());
            grant.setBigDecimal(5, award.amount().amount());
            grant.setString(6, currency);
            grant.setObject(7, start);
            grant.setObject(8, award.endsAt().atOffset(ZoneOffset.UTC));
            grant.setObject(9, start);
            grant.setString(10, award.officer());
            grant.executeUpdate();
            balance.setObject(1, award.id());
            balance.setObject(2, award.tenant());
            balance.setString(3, currency);
            balance.setBigDecimal(4, award.amount().amount());
            balance.executeUpdate();
        }
        ledger.post(
                connection,
                List.of(
                        new Ledger.Posting(
                                "grant",
                                "grant:" + award.id(),
                                award.startsAt(),
                                List.of(
                                        new Ledger.Movement(
                                                Ledger.programme(award.programme()),
                                                Ledger.grant(award.id()),
                                                award.amount())))));
    }

    /// Running ones first, in the order in which they pay.
    public static List<Grant> ofTenant(Connection connection, UUID tenant, Instant now, ZoneId zone)
            throws SQLException {
        try (var select = connection.prepareStatement(OF_TENANT)) {
            select.setObject(1, tenant);
            select.setObject(2, now.atOffset(ZoneOffset.UTC));
            var grants = new ArrayList<Grant>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    grants.add(grant(rows, now, zone));
                }
            }
            return grants;
        }
    }

    private static Grant grant(ResultSet rows, Instant now, ZoneId zone) throws SQLException {
        var endsAt = instant(rows, "ends_at");
        return new Grant(
                new GrantId(rows.getObject("id", UUID.class)),
                new TenantId(rows.getObject("tenant_id", UUID.class)),
                new ProgrammeId(rows.getObject("programme_id", UUID.class)),
                rows.getString("title"),
                rows.getString("funder"),
                money(rows, "granted"),
                money(rows, "spent"),
                money(rows, "reserved"),
                instant(rows, "starts_at"),
                endsAt,
                // The end itself belongs to the next day.
                LocalDate.ofInstant(endsAt.minusNanos(1), zone),
                !endsAt.isAfter(now));
    }

    private static Instant instant(ResultSet rows, String column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static Money money(ResultSet rows, String column) throws SQLException {
        return new Money(
                rows.getBigDecimal(column), Currency.getInstance(rows.getString("currency")));
    }
}
