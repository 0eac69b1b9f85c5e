package org.allodium.portal.models;

import static org.allodium.portal.text.Messages.say;

import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.allodium.portal.text.Names;
import org.allodium.sovereignty.PolicyReach;

/// An organisation's effective policy in one sentence.
public final class ReachWords {
    private ReachWords() {}

    public static String of(Optional<PolicyReach> found) {
        if (found.isEmpty()) {
            return say("reach.none");
        }
        var reach = found.get();
        var parts = new ArrayList<String>();
        parts.add(say("reach.places", countries(reach.places())));
        reach.seats().ifPresent(seats -> parts.add(say("reach.seats", countries(seats))));
        parts.add(
                reach.control()
                        .map(control -> say("reach.control", countries(control)))
                        .orElse(say("reach.control.any")));
        if (reach.consents()) {
            parts.add(say("reach.consents"));
        }
        return String.join(", ", parts) + ".";
    }

    private static String countries(Set<String> codes) {
        return codes.isEmpty()
                ? say("reach.nowhere")
                : codes.stream()
                        .sorted()
                        .map(Names::country)
                        .collect(Collectors.joining(say("reach.or")));
    }
}
