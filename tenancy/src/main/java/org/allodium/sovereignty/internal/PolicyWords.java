package org.allodium.sovereignty.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.allodium.sovereignty.DataCategory;
import org.allodium.sovereignty.Perimeter;
import org.allodium.sovereignty.PolicyStack;
import org.allodium.sovereignty.PolicyStack.Layer;
import org.jspecify.annotations.Nullable;

/// Policies in sentences.
public final class PolicyWords {
    private PolicyWords() {}

    /// What all layers together leave open.
    public static String describe(PolicyStack stack) {
        var layers = stack.layers();
        if (layers.isEmpty()) {
            return "No residency policy is in force, so nothing may run.";
        }
        var parts = new ArrayList<String>();
        parts.add(
                "Prompts and answers stay in "
                        + countries(
                                layers.stream()
                                        .map(
                                                layer ->
                                                        Objects.requireNonNull(
                                                                layer.policy()
                                                                        .places()
                                                                        .get(
                                                                                DataCategory
                                                                                        .CUSTOMER_DATA)))
                                        .toList()));
        seats(layers).ifPresent(seat -> parts.add("operators are seated in " + seat));
        parts.add(
                control(layers)
                        .map(control -> "controlled from nowhere outside " + control)
                        .orElse("whoever controls them"));
        if (layers.stream().anyMatch(layer -> !layer.policy().consents().isEmpty())) {
            parts.add("with consents to go further for a time");
        }
        return String.join(", ", parts) + ".";
    }

    private static Optional<String> seats(List<Layer> layers) {
        return some(layers.stream().map(layer -> layer.policy().operatorSeat()).toList());
    }

    private static Optional<String> control(List<Layer> layers) {
        return some(layers.stream().map(layer -> layer.policy().operatorControl()).toList());
    }

    private static Optional<String> some(List<@Nullable Perimeter> demanded) {
        var stated = demanded.stream().filter(Objects::nonNull).toList();
        return stated.isEmpty() ? Optional.empty() : Optional.of(countries(stated));
    }

    private static String countries(List<Perimeter> demanded) {
        var common = new TreeSet<>(demanded.getFirst().countries());
        demanded.forEach(perimeter -> common.retainAll(perimeter.countries()));
        return common.isEmpty()
                ? "no country at all"
                : common.stream().collect(Collectors.joining(" or "));
    }
}
