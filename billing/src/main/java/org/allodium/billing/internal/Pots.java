package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
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

    /// A lease came over from a run that is gone. Before anybody is let in.
    void adopt(UUID tenant, UUID pot, BigDecimal amount) {
        wallet(tenant).adopt(of(tenant, pot), amount);
    }

    /// A request of a run that is gone, whose lease came over before.
    void adopt(OpenIntent intent) {
        var tenant = intent.tenant();
        for (var hold : intent.holds()) {
            of(tenant, hold.grant().value()).adoptHold(hold.amount().amount());
        }
        intent.shares().forEach(share -> of(tenant, share.allowance()).adoptHold(share.amount()));
    }

    void end(OpenIntent intent, Map<UUID, BigDecimal> used, Instant now) {
        wallet(intent.tenant()).end(intent, used, this, now);
    }
}
