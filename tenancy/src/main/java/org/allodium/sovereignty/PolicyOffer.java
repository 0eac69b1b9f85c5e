package org.allodium.sovereignty;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the platform offers: policies to choose from, strictest last; the one that binds everybody;
/// and the policy that each data class of a request demands (empty: nothing beyond).
public record PolicyOffer(
        List<ResidencyPolicy> policies, String platform, Map<String, String> dataClasses) {
    public PolicyOffer {
        policies = List.copyOf(policies);
        dataClasses = Collections.unmodifiableSortedMap(new TreeMap<>(dataClasses));
        var binding = find(policies, platform);
        demand(binding.isPresent(), "The policy that binds everybody is not offered: " + platform);
        for (var policy : policies) {
            demand(
                    policy.within(binding.orElseThrow()),
                    "%s allows more than %s".formatted(policy.name(), platform));
            demand(
                    policies.getLast().within(policy),
                    "%s is not the strictest".formatted(policies.getLast().name()));
        }
        for (String name : dataClasses.values()) {
            demand(
                    name.isEmpty() || find(policies, name).isPresent(),
                    "A data class demands a policy that is not offered: " + name);
        }
    }

    public Optional<ResidencyPolicy> find(String name) {
        return find(policies, name);
    }

    private static Optional<ResidencyPolicy> find(List<ResidencyPolicy> policies, String name) {
        return policies.stream().filter(policy -> policy.name().equals(name)).findFirst();
    }

    private static void demand(boolean met, String sentence) {
        if (!met) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
