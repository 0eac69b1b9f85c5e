package org.allodium.sovereignty;

import java.util.List;
import java.util.Optional;

/// One candidate pool and every rule that it fails, in the rules' order. Permitted means none.
/// `spill`: permitted only by a consent to go outside the policy's places (R16).
public record PoolVerdict(PoolId pool, List<RuleFailure> failures, boolean spill) {
    public PoolVerdict {
        failures = List.copyOf(failures);
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
