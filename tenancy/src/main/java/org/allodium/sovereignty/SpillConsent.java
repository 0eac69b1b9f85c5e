package org.allodium.sovereignty;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The owner of a policy lets work go to named pools or countries outside the policy's places, for
/// a time (R16). No models named means any model. A cap counts tokens; with a cap, a request that
/// does not say how much was spilled already gets nothing.
public record SpillConsent(
        SortedSet<String> pools,
        SortedSet<String> countries,
        SortedSet<String> models,
        @Nullable Long tokenCap,
        Instant until,
        String grantedBy) {
    public SpillConsent {
        pools = Collections.unmodifiableSortedSet(new TreeSet<>(pools));
        countries = Collections.unmodifiableSortedSet(new TreeSet<>(countries));
        models = Collections.unmodifiableSortedSet(new TreeSet<>(models));
    }

    public boolean names(PoolId pool, String country) {
        return pools.contains(pool.value()) || countries.contains(country);
    }

    public boolean covers(PlacementRequest request, Instant at) {
        return at.isBefore(until)
                && (models.isEmpty()
                        || (request.model() != null && models.contains(request.model())))
                && (tokenCap == null
                        || (request.spilledTokens() != null && request.spilledTokens() < tokenCap));
    }
}
