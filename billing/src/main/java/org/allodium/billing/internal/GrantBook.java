package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.allodium.billing.Grant;
import org.allodium.billing.GrantId;
import org.allodium.billing.ProgrammeId;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/// Grants and their balances: rows that are opened together with the ledger's and read for showing.
public final class GrantBook {
    private static final String AWARD =
            """
            insert into billing.grant_award (id, tenant_id, programme_id, application_id, amount,
                currency, priority, starts_at, ends_at, created_at, created_by)
            values (:id, :tenant, :programme, :application, :amount, :currency, 0, :start, :end,
                :start, :officer)""";
    private static final String BALANCE =
            """
            insert into billing.grant_balance
                (grant_id, tenant_id, currency, granted, spent, reserved, lapsed)
            values (:grant, :tenant, :currency, :granted, 0, 0, 0)""";
    private static final String OF_TENANT =
            """
            select g.*, b.granted, b.spent, b.reserved, b.lapsed_at, p.title, p.funder
            from billing.grant_award g
            join billing.grant_balance b on b.grant_id = g.id
            join billing.programme p on p.id = g.programme_id
            where g.tenant_id = :tenant
            order by (g.ends_at <= :now), g.priority, g.ends_at, g.created_at, g.id""";

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
    public static void open(Handle handle, Ledger ledger, Award award) {
        String currency = award.amount().currency().getCurrencyCode();
        handle.createUpdate(AWARD)
                .bind("id", award.id())
                .bind("tenant", award.tenant())
                .bind("programme", award.programme())
                .bind("application", award.application())
                .bind("amount", award.amount().amount())
                .bind("currency", currency)
                .bind("start", award.startsAt())
                .bind("end", award.endsAt())
                .bind("officer", award.officer())
                .execute();
        handle.createUpdate(BALANCE)
                .bind("grant", award.id())
                .bind("tenant", award.tenant())
                .bind("currency", currency)
                .bind("granted", award.amount().amount())
                .execute();
        ledger.post(
                handle,
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

    /// What a reader must know to show balances.
    /// @param idle by grant, what is leased and not held by any request
    public record View(Instant now, ZoneId zone, Map<UUID, BigDecimal> idle) {
        public View {
            idle = Map.copyOf(idle);
        }
    }

    /// Running ones first, in the order in which they pay.
    public static List<Grant> ofTenant(Handle handle, UUID tenant, View view) {
        return handle.createQuery(OF_TENANT)
                .bind("tenant", tenant)
                .bind("now", view.now)
                .map(row -> grant(row, view))
                .list();
    }

    /// A lease is reserved; shown is what requests hold.
    private static Money held(RowView row, View view) {
        var reserved = Amounts.of(row, "reserved");
        var idle = view.idle.getOrDefault(row.getColumn("id", UUID.class), BigDecimal.ZERO);
        return new Money(
                reserved.amount().subtract(idle).max(BigDecimal.ZERO), reserved.currency());
    }

    private static Grant grant(RowView row, View view) {
        var endsAt = row.getColumn("ends_at", Instant.class);
        return new Grant(
                row.getColumn("id", GrantId.class),
                row.getColumn("tenant_id", TenantId.class),
                row.getColumn("programme_id", ProgrammeId.class),
                row.getColumn("title", String.class),
                row.getColumn("funder", String.class),
                Amounts.of(row, "granted"),
                Amounts.of(row, "spent"),
                held(row, view),
                row.getColumn("starts_at", Instant.class),
                endsAt,
                // The end itself belongs to the next day.
                LocalDate.ofInstant(endsAt.minusNanos(1), view.zone),
                !endsAt.isAfter(view.now));
    }
}
