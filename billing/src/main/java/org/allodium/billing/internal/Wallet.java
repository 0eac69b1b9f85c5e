package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.allodium.billing.Intent;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.kernel.Money;
import org.jspecify.annotations.Nullable;

/// What one tenant's requests may be given out of memory: this run's leases of its grants and
/// allowances. While a request asks the database for more, all others ask too, so that the one that
/// asked is not passed over.
final class Wallet {
    /// How long it pays from what it knows; a grant that is new elsewhere may have to pay first.
    static final Duration FRESH = Duration.ofSeconds(10);

    private List<Purse> purses = List.of();
    private Map<Allowance.Key, Allowance> allowances = new HashMap<>();
    private final Set<Pot> leased = new HashSet<>();
    private @Nullable Instant read;
    private int asking;

    /// What a request got.
    record Taken(List<Payment> holds, List<OpenIntent.Share> shares) {
        Taken {
            holds = List.copyOf(holds);
            shares = List.copyOf(shares);
        }
    }

    /// Empty when the database must be asked, for more or whether there is any.
    synchronized Optional<Taken> take(Intent intent, Instant now) {
        boolean known = read != null && now.isBefore(read.plus(FRESH));
        return asking == 0 && known ? takeInTurn(intent, now) : Optional.empty();
    }

    /// For whoever asked.
    synchronized Optional<Taken> takeInTurn(Intent intent, Instant now) {
        var parts = parts(intent, now);
        var needs = needs(intent);
        if (parts.isEmpty() || needs.isEmpty()) {
            return Optional.empty();
        }
        var holds = new ArrayList<Payment>();
        parts.get()
                .forEach(
                        part -> {
                            part.purse.pot().take(part.amount.amount(), now);
                            holds.add(part.purse.award().payment(part.amount));
                        });
        var shares = new ArrayList<OpenIntent.Share>();
        needs.get()
                .forEach(
                        (allowance, amount) -> {
                            allowance.pot().take(amount, now);
                            var row = allowance.row();
                            shares.add(new OpenIntent.Share(row.id(), row.key().level(), amount));
                        });
        return Optional.of(new Taken(holds, shares));
    }

    private record Part(Purse purse, Money amount) {}

    /// The ceiling in the order of payment; empty where a lease is too small for it.
    private Optional<List<Part>> parts(Intent intent, Instant now) {
        var ceiling = intent.charge().ceiling();
        var currency = ceiling.currency();
        var parts = new ArrayList<Part>();
        var missing = ceiling.amount();
        for (var purse : purses) {
            if (missing.signum() > 0 && purse.award().pays(currency.getCurrencyCode(), now)) {
                var part = purse.pot().free().min(missing);
                if (part.compareTo(missing) < 0 && purse.rest().signum() > 0) {
                    // It has more, and its turn to pay is before the others'.
                    return Optional.empty();
                }
                if (part.signum() > 0) {
                    parts.add(new Part(purse, new Money(part, currency)));
                    missing = missing.subtract(part);
                }
            }
        }
        return missing.signum() > 0 ? Optional.empty() : Optional.of(parts);
    }

    private Optional<Map<Allowance, BigDecimal>> needs(Intent intent) {
        var needs = new HashMap<Allowance, BigDecimal>();
        for (var allowance : allowances.values()) {
            var demand = allowance.row().demand(intent);
            if (demand.isPresent()) {
                if (allowance.pot().free().compareTo(demand.get().amount()) < 0) {
                    return Optional.empty();
                }
                needs.put(allowance, demand.get().amount());
            }
        }
        boolean all =
                intent.charge().spillCaps().keySet().stream()
                        .map(Allowance.Key::ofConsent)
                        .allMatch(allowances::containsKey);
        return all ? Optional.of(needs) : Optional.empty();
    }

    synchronized void asks() {
        asking++;
    }

    synchronized void asked() {
        asking--;
    }

    /// What was idle is not leased any more: whose turn it is to pay must be read again.
    synchronized void gaveBack() {
        asking--;
        read = null;
    }

    /// What the database says. A lease of an ended grant stays known until it is given back.
    synchronized void learn(List<Purse> found, List<Allowance.Row> rows, Pots pots, Instant now) {
        purses = found.stream().sorted(Purse.ORDER).toList();
        purses.forEach(purse -> leased.add(purse.pot()));
        var known = new HashMap<>(allowances);
        for (var row : rows) {
            var pot = pots.of(row.tenant(), row.id());
            leased.add(pot);
            known.put(
                    row.key(),
                    new Allowance(row, pot, row.gone().subtract(pot.free()).subtract(pot.taken())));
        }
        allowances = known;
        read = now;
    }

    /// It came over from runs that are gone.
    synchronized void adopt(Pot pot, BigDecimal amount, BigDecimal held) {
        pot.adopt(amount, held);
        leased.add(pot);
    }

    synchronized void lease(Pot pot, BigDecimal more) {
        pot.lease(more);
    }

    /// A request has ended, durably.
    synchronized void end(OpenIntent intent, Map<UUID, BigDecimal> used, Pots pots, Instant now) {
        for (var hold : intent.holds()) {
            var grant = hold.grant().value();
            pots.of(intent.tenant(), grant).end(hold.amount().amount(), used(used, grant), now);
        }
        for (var share : intent.shares()) {
            var more = used(used, share.allowance());
            pots.of(intent.tenant(), share.allowance()).end(share.amount(), more, now);
            allowances.replaceAll(
                    (key, known) ->
                            known.row().id().equals(share.allowance())
                                    ? known.usedMore(more)
                                    : known);
        }
    }

    private static BigDecimal used(Map<UUID, BigDecimal> used, UUID pot) {
        return used.getOrDefault(pot, BigDecimal.ZERO);
    }

    /// What nobody has taken of leases that were not touched since.
    synchronized Map<UUID, BigDecimal> idle(Instant since) {
        var idle = new HashMap<UUID, BigDecimal>();
        for (var pot : leased) {
            if (pot.isIdleSince(since) && pot.free().signum() > 0) {
                idle.put(pot.id, pot.free());
            }
        }
        return idle;
    }

    synchronized BigDecimal free(Pot pot) {
        return pot.free();
    }

    /// Empty when it is not known here.
    synchronized Optional<Long> spilled(String consent) {
        return Optional.ofNullable(allowances.get(Allowance.Key.ofConsent(consent)))
                .map(allowance -> allowance.used().longValueExact());
    }
}
