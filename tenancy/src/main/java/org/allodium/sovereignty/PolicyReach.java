package org.allodium.sovereignty;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What all layers of a policy leave open, for people. Countries are ISO 3166-1 alpha-2 codes.
/// @param policy name of the policy that was chosen, or of the strictest on offer where none was
/// @param places where prompts and answers may be; empty means nowhere
/// @param seats where operators have to be seated, if that is demanded
/// @param control from where alone operators may be controlled, if that is demanded
/// @param consents whether there are consents to go further for a time
public record PolicyReach(
        String policy,
        Set<String> places,
        Optional<Set<String>> seats,
        Optional<Set<String>> control,
        boolean consents) {
    public PolicyReach {
        places = ordered(places);
        seats = seats.map(PolicyReach::ordered);
        control = control.map(PolicyReach::ordered);
    }

    private static Set<String> ordered(Set<String> countries) {
        return Collections.unmodifiableSet(new TreeSet<>(countries));
    }

    /// Empty where no policy is in force, so that nothing may run.
    static Optional<PolicyReach> of(PolicyStack stack) {
        var policies = stack.layers().stream().map(PolicyStack.Layer::policy).toList();
        if (policies.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new PolicyReach(
                        policies.getLast().name(),
                        common(
                                policies.stream()
                                        .map(p -> p.places().get(DataCategory.CUSTOMER_DATA))
                                        .map(Objects::requireNonNull)
                                        .toList()),
                        demanded(policies.stream().map(ResidencyPolicy::operatorSeat).toList()),
                        demanded(policies.stream().map(ResidencyPolicy::operatorControl).toList()),
                        policies.stream().anyMatch(p -> !p.consents().isEmpty())));
    }

    private static Optional<Set<String>> demanded(List<@Nullable Perimeter> perimeters) {
        var stated = perimeters.stream().filter(Objects::nonNull).toList();
        return stated.isEmpty() ? Optional.empty() : Optional.of(common(stated));
    }

    private static SortedSet<String> common(List<Perimeter> perimeters) {
        var common = new TreeSet<>(perimeters.getFirst().countries());
        perimeters.forEach(perimeter -> common.retainAll(perimeter.countries()));
        return common;
    }
}
