package org.allodium.sovereignty;

import java.util.List;
import java.util.Optional;

/// One candidate pool and every rule that it fails, in the rules' order. Eligible means none.
public record PoolVerdict(PoolId pool, List<RuleFailure> failures) {
    public PoolVerdict {
        failures = List.copyOf(failures);
    }

    public boolean eligible() {
        return failures.isEmpty();
    }

    public Optional<RuleFailure> first() {
        return failures.stream().findFirst();
    }
}
