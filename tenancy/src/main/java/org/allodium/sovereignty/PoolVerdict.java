package org.allodium.sovereignty;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One candidate pool and every rule that it fails, in the rules' order. Permitted means none.
/// `spill`: permitted only by a consent to go outside the policy's places (R16). `caps` are those
/// of the consents it leans on, by their ids: whoever uses the pool counts against them.
/// `withheld` are sinks that the request named and must go without. `retrieval`: the pool whose
/// encoder reads the request too, judged with this one.
public record PoolVerdict(
        PoolId pool,
        List<RuleFailure> failures,
        boolean spill,
        // Left out where there is none: the digests of decisions without caps stay as they were.
        @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, Long> caps,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedSet<PlacementRequest.Activity> withheld,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable PoolId retrieval) {
    public PoolVerdict {
        failures = List.copyOf(failures);
        caps =
                caps.isEmpty()
                        ? Collections.emptySortedMap()
                        : Collections.unmodifiableSortedMap(new TreeMap<>(caps));
        withheld =
                withheld.isEmpty()
                        ? Collections.emptySortedSet()
                        : Collections.unmodifiableSortedSet(new TreeSet<>(withheld));
    }

    /// With every sink that it named.
    public PoolVerdict(
            PoolId pool, List<RuleFailure> failures, boolean spill, SortedMap<String, Long> caps) {
        this(pool, failures, spill, caps, new TreeSet<>(), null);
    }

    /// Without a cap on what spills.
    public PoolVerdict(PoolId pool, List<RuleFailure> failures, boolean spill) {
        this(pool, failures, spill, new TreeMap<>());
    }

    /// Without a consent to spill.
    public PoolVerdict(PoolId pool, List<RuleFailure> failures) {
        this(pool, failures, false);
    }

    public boolean eligible() {
        return failures.isEmpty();
    }

    public Optional<RuleFailure> first() {
        return failures.stream().findFirst();
    }
}
