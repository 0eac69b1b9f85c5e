package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.allodium.billing.GrantId;
import org.allodium.billing.Intent;
import org.allodium.billing.ModelPrice;
import org.allodium.billing.Once;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.Money;

/// A request that holds money, as its slot tells it: all that its settlement needs.
/// @param holds which grants hold its ceiling, in paying order
/// @param shares what it took of allowances
/// @param once the key that it takes when it is opened; its slot does not tell it
record OpenIntent(
        String requestId,
        Slot slot,
        Instant openedAt,
        UUID tenant,
        UUID project,
        String subject,
        ModelPrice price,
        long inputTokens,
        Money ceiling,
        Receipt.Draft receipt,
        List<Payment> holds,
        List<Share> shares,
        Optional<Once> once) {
    OpenIntent {
        holds = List.copyOf(holds);
        shares = List.copyOf(shares);
    }

    /// A part of an allowance, in its unit.
    record Share(UUID allowance, Allowance.Level level, BigDecimal amount) {
        Share plus(Share other) {
            return new Share(allowance, level, amount.add(other.amount));
        }
    }

    static OpenIntent of(
            Intent intent, Slot slot, Instant now, List<Payment> holds, List<Share> shares) {
        var charge = intent.charge();
        var payer = intent.payer();
        return new OpenIntent(
                intent.requestId(),
                slot,
                now,
                payer.tenant().value(),
                payer.project().value(),
                payer.subject(),
                charge.price(),
                charge.inputTokens(),
                charge.ceiling(),
                intent.receipt(),
                holds,
                shares,
                intent.once());
    }

    /// The same with a longer ceiling, and what holds it in addition.
    OpenIntent holdingMore(Money ceilingMore, List<Payment> holdsMore, List<Share> sharesMore) {
        var newHolds = new LinkedHashMap<GrantId, Payment>();
        Stream.concat(holds.stream(), holdsMore.stream())
                .forEach(hold -> newHolds.merge(hold.grant(), hold, OpenIntent::sum));
        var newShares = new LinkedHashMap<UUID, Share>();
        Stream.concat(shares.stream(), sharesMore.stream())
                .forEach(share -> newShares.merge(share.allowance(), share, Share::plus));
        return new OpenIntent(
                requestId,
                slot,
                openedAt,
                tenant,
                project,
                subject,
                price,
                inputTokens,
                ceiling.plus(ceilingMore),
                receipt,
                List.copyOf(newHolds.values()),
                List.copyOf(newShares.values()),
                once);
    }

    private static Payment sum(Payment one, Payment other) {
        var amount = one.amount().plus(other.amount());
        return new Payment(one.grant(), one.funder(), one.programme(), amount);
    }

    /// What the use costs at the reserved price. Never more than the ceiling: beyond it nobody has
    /// promised to pay.
    Money cost(Settlement settlement) {
        var cost =
                settlement.fromCache()
                        ? price.cachedAnswer()
                        : price.of(settlement.inputTokens(), settlement.outputTokens());
        return cost.min(ceiling);
    }

    /// The holds pay in their order until the cost is met.
    List<Payment> payments(Money cost) {
        var payments = new ArrayList<Payment>();
        var missing = cost;
        for (var hold : holds) {
            var part = hold.amount().min(missing);
            if (part.isPositive()) {
                payments.add(new Payment(hold.grant(), hold.funder(), hold.programme(), part));
                missing = missing.minus(part);
            }
        }
        if (missing.isPositive()) {
            throw new IllegalStateException("The holds of " + requestId + " miss its ceiling");
        }
        return payments;
    }

    /// What an allowance pays. Tokens that spill count from the moment of the intent, since the
    /// input may have left; a replay touched no pool. Decision 0014.
    BigDecimal used(Share share, Settlement settlement, Money cost) {
        if (share.level() != Allowance.Level.CONSENT) {
            return cost.amount();
        }
        long tokens = settlement.fromCache() ? 0 : inputTokens + settlement.outputTokens();
        return BigDecimal.valueOf(tokens).min(share.amount());
    }

    /// The same of a request that was opened and then released.
    BigDecimal usedThoughReleased(Share share) {
        return share.level() == Allowance.Level.CONSENT
                ? BigDecimal.valueOf(inputTokens).min(share.amount())
                : BigDecimal.ZERO;
    }
}
