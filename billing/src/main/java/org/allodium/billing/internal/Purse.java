package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.allodium.billing.GrantId;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.kernel.Money;
import org.jdbi.v3.core.result.RowView;

/// A grant that may pay, and this run's lease of it.
/// @param rest what nobody had leased when it was last read
record Purse(Award award, Pot pot, BigDecimal rest) {
    /// The written order of payment: priority, nearest end, oldest.
    static final Comparator<Purse> ORDER = Comparator.comparing(Purse::award, Award.ORDER);

    /// What of a grant never changes.
    record Award(
            UUID grant,
            UUID tenant,
            String currency,
            int priority,
            Instant startsAt,
            Instant endsAt,
            Instant createdAt,
            String funder,
            String programme) {
        static final Comparator<Award> ORDER =
                Comparator.comparingInt(Award::priority)
                        .thenComparing(Award::endsAt)
                        .thenComparing(Award::createdAt)
                        .thenComparing(Award::grant);

        static Award of(RowView row) {
            return new Award(
                    row.getColumn("grant_id", UUID.class),
                    row.getColumn("tenant_id", UUID.class),
                    row.getColumn("currency", String.class),
                    row.getColumn("priority", Integer.class),
                    row.getColumn("starts_at", Instant.class),
                    row.getColumn("ends_at", Instant.class),
                    row.getColumn("created_at", Instant.class),
                    row.getColumn("funder", String.class),
                    row.getColumn("title", String.class));
        }

        boolean pays(String wanted, Instant now) {
            return currency.equals(wanted) && !startsAt.isAfter(now) && endsAt.isAfter(now);
        }

        Payment payment(Money amount) {
            return new Payment(new GrantId(grant), funder, programme, amount);
        }
    }
}
