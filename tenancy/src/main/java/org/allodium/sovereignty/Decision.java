package org.allodium.sovereignty;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What [Placement] said: per pool every failed rule, and what is needed to replay it years later
/// (R20).
/// `policyVersion` names the effective policy for people; `policyHash` and `factSnapshot` are
/// digests.
public record Decision(
        Instant at,
        String policyVersion,
        String policyHash,
        String factSnapshot,
        long epoch,
        List<PoolVerdict> verdicts,
        Optional<RuleFailure> requestFailure) {
    public Decision {
        verdicts = List.copyOf(verdicts);
    }

    /// The pools that may touch the request; nothing outside this list may, for any reason.
    public List<PoolId> eligible() {
        return requestFailure.isPresent()
                ? List.of()
                : verdicts.stream().filter(PoolVerdict::eligible).map(PoolVerdict::pool).toList();
    }

    public boolean permits(PoolId pool) {
        return eligible().contains(pool);
    }
}
