package org.allodium.serving;

import java.time.Instant;
import org.allodium.sovereignty.PoolPlace;

/// Where the answer comes from. `policy` names the policy under which the pool was chosen;
/// `requestId` is the receipt's id too. `fingerprint` changes with the weights. `spilled`: the pool
/// lies outside the policy's places and is permitted by a consent.
public record AnswerStart(
        String requestId,
        Instant createdAt,
        String model,
        String fingerprint,
        PoolPlace place,
        String policy,
        boolean fromCache,
        boolean spilled,
        RateState rate) {

    /// What is left of the tightest limits, for the `x-ratelimit-…` headers; resets in ms.
    public record RateState(
            long limitRequests,
            long remainingRequests,
            long resetRequestsMillis,
            long limitTokens,
            long remainingTokens,
            long resetTokensMillis) {}
}
