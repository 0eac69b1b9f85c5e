package org.allodium.sovereignty;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.allodium.sovereignty.internal.Canonical;
import org.jspecify.annotations.Nullable;

/// The owner of a policy lets work go to named pools or countries outside the policy's places, for
/// a time (R16). No models named means any model. A cap counts the tokens that spilled under this
/// consent since it was given; where nobody says how many those are, it permits nothing.
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
                && (tokenCap == null || leavesSomething(request.spilledTokens().get(id())));
    }

    /// What spilled is counted under this name: a digest, so other words make another consent.
    public String id() {
        return Canonical.digest(this);
    }

    private boolean leavesSomething(@Nullable Long spilled) {
        return tokenCap != null && spilled != null && spilled < tokenCap;
    }
}
