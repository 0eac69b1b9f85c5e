package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveOutcome.BudgetSpent;
import org.allodium.billing.ReserveOutcome.SpillSpent;
import org.allodium.kernel.Money;

/// How much more one transaction leases of each pot, so that every wish gets what it needs and the
/// next ones need not ask. No I/O: what the database says goes in, what is to be written comes out.
final class LeasePlan {
    // A part of what is left, and no more than so many requests like the one that asked: near the
    // end of a grant a lease is a single request's.
    private static final BigDecimal PART = new BigDecimal("0.125");
    private static final BigDecimal MOST_REQUESTS = BigDecimal.valueOf(256);

    private final Map<UUID, BigDecimal> free = new HashMap<>();
    private final Map<UUID, BigDecimal> rest = new HashMap<>();
    private final Map<UUID, BigDecimal> more = new HashMap<>();

    /// Nobody has leased `left` of it, and `unused` of this run's lease is free.
    void found(UUID pot, BigDecimal left, BigDecimal unused) {
        rest.put(pot, left);
        free.put(pot, unused);
    }

    /// By pot, what is leased in addition; less than nothing where it is given back.
    Map<UUID, BigDecimal> changes() {
        return Map.copyOf(more);
    }

    BigDecimal rest(UUID pot) {
        return rest.getOrDefault(pot, BigDecimal.ZERO);
    }

    void giveBack(UUID pot, BigDecimal amount) {
        // Once, however often it is asked for in one transaction.
        more.put(pot, amount.negate());
    }

    /// Why the request cannot be paid; empty when it can, and leased is what it needs.
    Optional<ReserveOutcome> lease(
            Intent intent, List<Purse.Award> awards, List<Allowance.Row> rows, Instant now) {
        var needs = new ArrayList<Need>();
        var spent = money(intent, awards, now, needs).or(() -> bounds(intent, rows, needs));
        if (spent.isEmpty()) {
            needs.forEach(this::lease);
        }
        return spent;
    }

    private record Need(UUID pot, BigDecimal amount) {}

    private Optional<ReserveOutcome> money(
            Intent intent, List<Purse.Award> ordered, Instant now, List<Need> needs) {
        var ceiling = intent.charge().ceiling();
        var currency = ceiling.currency();
        var missing = ceiling.amount();
        var available = BigDecimal.ZERO;
        for (var award : ordered) {
            if (award.pays(currency.getCurrencyCode(), now)) {
                var there = there(award.grant());
                available = available.add(there);
                var part = there.min(missing);
                if (part.signum() > 0) {
                    needs.add(new Need(award.grant(), part));
                    missing = missing.subtract(part);
                }
            }
        }
        return missing.signum() > 0
                ? Optional.of(new BudgetSpent(new Money(available, currency), ceiling))
                : Optional.empty();
    }

    private Optional<ReserveOutcome> bounds(
            Intent intent, List<Allowance.Row> rows, List<Need> needs) {
        for (var row : rows) {
            var demand = row.demand(intent);
            if (demand.isPresent()) {
                var within = demand.get();
                // What this plan leased already is gone from it.
                var left =
                        within.cap()
                                .subtract(row.gone())
                                .subtract(more.getOrDefault(row.id(), BigDecimal.ZERO));
                rest.put(row.id(), left.max(BigDecimal.ZERO));
                if (there(row.id()).compareTo(within.amount()) < 0) {
                    return Optional.of(refusal(intent, row, within, left));
                }
                needs.add(new Need(row.id(), within.amount()));
            }
        }
        return Optional.empty();
    }

    private ReserveOutcome refusal(
            Intent intent, Allowance.Row row, Allowance.Demand within, BigDecimal left) {
        var unused = free.getOrDefault(row.id(), BigDecimal.ZERO);
        if (row.key().level() != Allowance.Level.CONSENT) {
            var ceiling = intent.charge().ceiling();
            return new BudgetSpent(new Money(there(row.id()), ceiling.currency()), ceiling);
        }
        return new SpillSpent(
                row.key().holder(),
                within.cap().longValueExact(),
                within.cap().subtract(left).subtract(unused).longValueExact(),
                within.amount().longValueExact());
    }

    private BigDecimal there(UUID pot) {
        return rest(pot).add(free.getOrDefault(pot, BigDecimal.ZERO));
    }

    private void lease(Need need) {
        var unused = free.getOrDefault(need.pot, BigDecimal.ZERO);
        var missing = need.amount.subtract(unused).max(BigDecimal.ZERO);
        free.put(need.pot, unused.subtract(need.amount.subtract(missing)));
        if (missing.signum() == 0) {
            return;
        }
        var left = rest(need.pot).subtract(missing);
        var ahead =
                left.multiply(PART)
                        .min(need.amount.multiply(MOST_REQUESTS))
                        .setScale(scale(need.amount), RoundingMode.DOWN);
        rest.put(need.pot, left.subtract(ahead));
        free.merge(need.pot, ahead, BigDecimal::add);
        more.merge(need.pot, missing.add(ahead), BigDecimal::add);
    }

    // Tokens stay whole.
    private static int scale(BigDecimal amount) {
        return Math.max(0, amount.stripTrailingZeros().scale());
    }
}
