package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// This run's leases, by grant or allowance, and its tenants' wallets.
final class Pots {
    private final Map<UUID, Pot> pots = new ConcurrentHashMap<>();
    private final Map<UUID, Wallet> wallets = new ConcurrentHashMap<>();

    Pot of(UUID tenant, UUID id) {
        return pots.computeIfAbsent(id, absent -> new Pot(id, wallet(tenant)));
    }

    /// Leased durably, or given back.
    void lease(UUID id, BigDecimal more) {
        var pot = pots.get(id);
        if (pot == null) {
            throw new IllegalStateException("A lease of something unknown");
        }
        pot.owner.lease(pot, more);
    }

    Wallet wallet(UUID tenant) {
        return wallets.computeIfAbsent(tenant, absent -> new Wallet());
    }

    Collection<Wallet> wallets() {
        return wallets.values();
    }

    /// Leases came over from runs that are gone, with what their open requests hold of them.
    void adopt(List<Recovery.Lease> leases, List<OpenIntent> held) {
        var taken = new HashMap<Pot, BigDecimal>();
        for (var intent : held) {
            var tenant = intent.tenant();
            for (var hold : intent.holds()) {
                taken.merge(
                        of(tenant, hold.grant().value()), hold.amount().amount(), BigDecimal::add);
            }
            for (var share : intent.shares()) {
                taken.merge(of(tenant, share.allowance()), share.amount(), BigDecimal::add);
            }
        }
        for (var lease : leases) {
            var pot = of(lease.tenant(), lease.pot());
            var hold = taken.getOrDefault(pot, BigDecimal.ZERO);
            pot.owner.adopt(pot, lease.amount(), hold);
        }
    }

    void end(OpenIntent intent, Map<UUID, BigDecimal> used, Instant now) {
        wallet(intent.tenant()).end(intent, used, this, now);
    }
}
