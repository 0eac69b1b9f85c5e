package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.UUID;
import org.allodium.billing.Intent;
import org.jdbi.v3.core.result.RowView;

/// A bound beside the grants, and this run's lease of it.
/// @param elsewhere used, by whomever, and leased by other runs
record Allowance(Row row, Pot pot, BigDecimal elsewhere) {
    static final String TOKENS = "TOKENS";

    /// Whom it binds.
    enum Level {
        ORGANISATION,
        PROJECT,
        USER,
        KEY,
        /// To spill, in tokens.
        CONSENT
    }

    /// @param holder a project's id, a subject, a key's id, a consent's digest; the tenant's own is
    /// empty
    record Key(Level level, String holder, String unit) {
        static Key ofConsent(String consent) {
            return new Key(Level.CONSENT, consent, TOKENS);
        }

        /// Whether it binds this request, consents apart.
        boolean binds(Intent intent) {
            var payer = intent.payer();
            return unit.equals(intent.charge().ceiling().currency().getCurrencyCode())
                    && switch (level) {
                        case ORGANISATION -> true;
                        case PROJECT -> holder.equals(payer.project().toString());
                        case USER -> holder.equals(payer.subject());
                        case KEY ->
                                payer.key().map(UUID::toString).filter(holder::equals).isPresent();
                        case CONSENT -> false;
                    };
        }
    }

    /// @param cap absent for a consent, whose cap each request brings
    /// @param gone used, and leased by any run
    record Row(UUID id, UUID tenant, Key key, Optional<BigDecimal> cap, BigDecimal gone) {
        static Row of(RowView row) {
            return new Row(
                    row.getColumn("id", UUID.class),
                    row.getColumn("tenant_id", UUID.class),
                    new Key(
                            Level.valueOf(row.getColumn("level", String.class)),
                            row.getColumn("holder", String.class),
                            row.getColumn("unit", String.class)),
                    Optional.ofNullable(row.getColumn("cap", BigDecimal.class)),
                    row.getColumn("used", BigDecimal.class)
                            .add(row.getColumn("leased", BigDecimal.class)));
        }

        /// Empty when it does not bind the request.
        Optional<Demand> demand(Intent intent) {
            var charge = intent.charge();
            if (key.level == Level.CONSENT) {
                return Optional.ofNullable(charge.spillCaps().get(key.holder))
                        .map(
                                most ->
                                        new Demand(
                                                BigDecimal.valueOf(most),
                                                BigDecimal.valueOf(charge.tokens())));
            }
            return key.binds(intent)
                    ? cap.map(most -> new Demand(most, charge.ceiling().amount()))
                    : Optional.empty();
        }
    }

    /// What a request needs of it, where no more than `cap` may be used.
    record Demand(BigDecimal cap, BigDecimal amount) {}

    /// By settled requests and by running ones at their ceilings; what other runs lease counts.
    BigDecimal used() {
        return elsewhere.add(pot.taken());
    }

    Allowance usedMore(BigDecimal more) {
        return new Allowance(row, pot, elsewhere.add(more));
    }
}
