package org.allodium.sovereignty;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.allodium.sovereignty.internal.Canonical;

/// The policies over one request, from the platform's down to the request's own, and what the
/// platform offers to choose from, strictest last. Every layer must allow what is allowed, so a
/// lower one can only tighten (R1).
public record PolicyStack(
        long epoch,
        List<Layer> layers,
        List<ResidencyPolicy> offered,
        Map<String, String> dataClasses) {
    /// Whose demand a layer is, from the widest to the narrowest.
    public enum Scope {
        PLATFORM,
        ORGANISATION,
        PROJECT,
        KEY,
        REQUEST
    }

    public record Layer(Scope scope, ResidencyPolicy policy) {}

    public PolicyStack {
        layers = List.copyOf(layers);
        offered = List.copyOf(offered);
        dataClasses = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(dataClasses));
    }

    public Optional<ResidencyPolicy> offered(String name) {
        return offered.stream().filter(policy -> policy.name().equals(name)).findFirst();
    }

    /// What applies where nobody decided: the strictest that is offered (R0).
    public Optional<ResidencyPolicy> strictest() {
        return offered.isEmpty() ? Optional.empty() : Optional.of(offered.getLast());
    }

    /// The same stack with one layer more at its lower end.
    public PolicyStack under(Scope scope, ResidencyPolicy policy) {
        var more = new ArrayList<>(layers);
        more.add(new Layer(scope, policy));
        return new PolicyStack(epoch, more, offered, dataClasses);
    }

    /// The ids of the consents whose cap has to be reckoned with (R16).
    Set<String> capped(Instant at) {
        return layers.stream()
                .flatMap(layer -> layer.policy().consents().stream())
                .filter(consent -> consent.tokenCap() != null && at.isBefore(consent.until()))
                .map(SpillConsent::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    public boolean allowsUnderneath(ResidencyPolicy policy) {
        return layers.stream().allMatch(layer -> policy.within(layer.policy()));
    }

    public String toJson() {
        return Canonical.json(this);
    }

    public static PolicyStack fromJson(String json) {
        return Canonical.read(json, PolicyStack.class);
    }
}
