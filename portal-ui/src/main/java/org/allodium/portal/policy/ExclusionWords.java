package org.allodium.portal.policy;

import static org.allodium.portal.text.Messages.say;

import java.util.List;
import java.util.stream.Collectors;
import org.allodium.portal.text.Names;
import org.allodium.sovereignty.PoolPlace;

/// What a residency policy keeps away, place by place, so that whoever chooses knows the price.
public final class ExclusionWords {
    private ExclusionWords() {}

    public static String of(List<PoolPlace> excluded) {
        return excluded.isEmpty()
                ? say("policy.excludes.nothing")
                : say(
                        "policy.excludes",
                        excluded.stream()
                                .map(
                                        place ->
                                                say(
                                                        "policy.excluded",
                                                        place.facility(),
                                                        Names.country(place.country()),
                                                        Names.operation(place)))
                                .collect(Collectors.joining("; ")));
    }
}
