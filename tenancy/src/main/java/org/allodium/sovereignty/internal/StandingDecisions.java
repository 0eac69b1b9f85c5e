package org.allodium.sovereignty.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.allodium.sovereignty.Decision;
import org.allodium.sovereignty.PlacementRequest;
import org.allodium.sovereignty.PolicyStack;
import org.jspecify.annotations.Nullable;

/// Decisions that stand. One is a function of facts, policies, question and time, and without
/// consents, which end, the time only says which facts hold. So the answer to a question stays the
/// same until a fact or policy changes, or a fact begins or ends. It keeps the time at which it was
/// made, at most a minute ago. See decision 0161.
public final class StandingDecisions {
    static final int MOST = 4_096;
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private volatile @Nullable Ground ground;

    /// What decisions rest on, by identity.
    private static final class Ground {
        private final Present present;
        private final FactsAt facts;
        private final Map<PlacementRequest, Decision> decisions = new ConcurrentHashMap<>();

        Ground(Present present, FactsAt facts) {
            this.present = present;
            this.facts = facts;
        }
    }

    /// Empty where it has to be made.
    public Optional<Decision> find(Present present, PlacementRequest request, Instant at) {
        return Optional.ofNullable(on(present, at).decisions.get(request))
                .filter(found -> !at.isBefore(found.at()))
                .filter(found -> at.isBefore(found.at().plus(LONGEST)));
    }

    /// @param stack the policies under which it was made
    public void keep(
            Present present, PolicyStack stack, PlacementRequest request, Decision decision) {
        if (stack.layers().stream().allMatch(layer -> layer.policy().consents().isEmpty())) {
            var decisions = on(present, decision.at()).decisions;
            if (decisions.size() >= MOST) {
                decisions.clear();
            }
            decisions.put(request, decision);
        }
    }

    private Ground on(Present present, Instant at) {
        var facts = present.snapshot().facts().at(at);
        var known = ground;
        if (known == null || known.present != present || known.facts != facts) {
            known = new Ground(present, facts);
            ground = known;
        }
        return known;
    }
}
