package org.allodium.sovereignty;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.internal.Demand;
import org.allodium.sovereignty.internal.Judgement;
import org.allodium.sovereignty.internal.Places;
import org.allodium.sovereignty.internal.PolicyDigests;

/// Decides which pools may touch a request. A pure function of policy, facts, request and time: no
/// I/O, no clock, no chance. The same four give the same decision years later (R20); what is not
/// known denies (R2).
public final class Placement {
    private Placement() {}

    public static Decision decide(
            PolicyStack stack, FactSnapshot snapshot, PlacementRequest request, Instant at) {
        var whole = stack;
        if (whole.layers().isEmpty()) {
            var strictest = stack.strictest();
            if (strictest.isEmpty()) {
                return refused(
                        new Asked(whole, snapshot, request, at),
                        new RuleFailure(
                                Rule.POLICY_MISSING,
                                Sentence.of("sovereignty.no-policy-in-force")));
            }
            whole = whole.under(PolicyStack.Scope.PLATFORM, strictest.get());
        }
        var failure = demandFailure(whole, request);
        if (failure.isPresent()) {
            return refused(new Asked(whole, snapshot, request, at), failure.get());
        }
        var layers = withDemands(whole, request);
        var facts = snapshot.facts().at(at);
        var demands = layers.layers().stream().map(l -> Demand.of(l.policy(), facts)).toList();
        var verdicts = Judgement.all(facts, request, at, demands);
        return decision(new Asked(layers, snapshot, request, at), verdicts, Optional.empty());
    }

    private record Asked(
            PolicyStack stack, FactSnapshot snapshot, PlacementRequest request, Instant at) {
        /// Of every pool that may read the request.
        List<PoolPlace> places() {
            var places = new Places(snapshot.facts().at(at), stack.strictest());
            var pools = new LinkedHashSet<>(request.candidates());
            pools.addAll(request.retrieval().values());
            var found = new ArrayList<PoolPlace>(pools.size());
            pools.forEach(pool -> places.of(pool).ifPresent(found::add));
            return found;
        }
    }

    /// The caller's demands may only tighten (R1), and one of an unknown name cannot be met.
    private static Optional<RuleFailure> demandFailure(
            PolicyStack stack, PlacementRequest request) {
        if (request.residency() != null) {
            var demanded = stack.offered(request.residency());
            if (demanded.isEmpty()) {
                return Optional.of(
                        new RuleFailure(
                                Rule.POLICY_WIDENING,
                                Sentence.of("sovereignty.policy-unknown", request.residency())));
            }
            if (!stack.allowsUnderneath(demanded.get())) {
                return Optional.of(
                        new RuleFailure(
                                Rule.POLICY_WIDENING,
                                Sentence.of(
                                        "sovereignty.demand-widens",
                                        request.residency(),
                                        names(stack))));
            }
        }
        if (request.dataClass() != null) {
            String name = stack.dataClasses().get(request.dataClass());
            if (name == null || (!name.isEmpty() && stack.offered(name).isEmpty())) {
                return Optional.of(
                        new RuleFailure(
                                Rule.POLICY_MISSING,
                                Sentence.of(
                                        "sovereignty.no-policy-for-class", request.dataClass())));
            }
        }
        return Optional.empty();
    }

    private static PolicyStack withDemands(PolicyStack stack, PlacementRequest request) {
        var whole = stack;
        if (request.residency() != null) {
            whole =
                    whole.under(
                            PolicyStack.Scope.REQUEST,
                            stack.offered(request.residency()).orElseThrow());
        }
        if (request.dataClass() != null) {
            var demanded = stack.offered(stack.dataClasses().getOrDefault(request.dataClass(), ""));
            if (demanded.isPresent()) {
                whole = whole.under(PolicyStack.Scope.REQUEST, demanded.get());
            }
        }
        return whole;
    }

    private static Decision refused(Asked asked, RuleFailure failure) {
        return decision(asked, List.of(), Optional.of(failure));
    }

    private static Decision decision(
            Asked asked, List<PoolVerdict> verdicts, Optional<RuleFailure> failure) {
        var stack = asked.stack();
        return new Decision(
                asked.at(),
                names(stack),
                PolicyDigests.of(stack.layers()),
                asked.snapshot().id(),
                Math.max(stack.epoch(), asked.snapshot().epoch()),
                verdicts,
                failure,
                asked.places());
    }

    /// The layers from the platform down, with the epoch at which each was made.
    private static String names(PolicyStack stack) {
        return stack.layers().isEmpty()
                ? "none"
                : stack.layers().stream()
                        .map(layer -> layer.policy().name() + "@" + layer.policy().version())
                        .distinct()
                        .collect(Collectors.joining("+"));
    }
}
