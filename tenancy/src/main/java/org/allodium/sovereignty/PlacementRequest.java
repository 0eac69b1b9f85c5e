package org.allodium.sovereignty;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a request would touch. `residency` and `dataClass` are the caller's own demands (headers
/// `x-residency`, `x-data-class`): they may only tighten. `candidates` are the pools where the
/// model is deployed. `spilledTokens` says per consent (R16) how many tokens spilled under it; a
/// consent that is not in it is one of which nobody knows.
public record PlacementRequest(
        UUID tenant,
        @Nullable UUID project,
        @Nullable UUID key,
        List<PoolId> candidates,
        Set<Activity> activities,
        @Nullable String residency,
        @Nullable String dataClass,
        @Nullable String model,
        Map<String, Long> spilledTokens) {
    public PlacementRequest {
        candidates = List.copyOf(candidates);
        activities = Set.copyOf(activities);
        spilledTokens = Map.copyOf(spilledTokens);
    }

    /// A request that no consent to spill with named models or a cap applies to.
    public PlacementRequest(
            UUID tenant,
            @Nullable UUID project,
            @Nullable UUID key,
            List<PoolId> candidates,
            Set<Activity> activities,
            @Nullable String residency,
            @Nullable String dataClass) {
        this(tenant, project, key, candidates, activities, residency, dataClass, null, Map.of());
    }

    /// The same with what is known of the tokens that spilled.
    PlacementRequest knowing(Map<String, Long> spilled) {
        return new PlacementRequest(
                tenant, project, key, candidates, activities, residency, dataClass, model, spilled);
    }

    /// The processing activities that a request may trigger.
    public enum Activity {
        PROCESS,
        CACHE,
        KV_CACHE,
        LOG
    }
}
