package org.allodium.serving;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.allodium.sovereignty.PlacementRequest.Activity;

/// What the request would do, and what its headers demand; these may only tighten.
/// @param retrieves whether passages are looked up for it, where a deployment does that
public record Demands(
        Set<Activity> activities,
        boolean retrieves,
        Optional<String> residency,
        Optional<String> dataClass) {
    public Demands {
        activities = Set.copyOf(activities);
    }

    public static Demands of(
            boolean cached, Optional<String> residency, Optional<String> dataClass) {
        var demands = new Demands(Activity.OF_EVERY_REQUEST, false, residency, dataClass);
        return cached ? demands.with(Activity.ANSWER_CACHE) : demands;
    }

    /// One sink more that the request would write to.
    public Demands with(Activity sink) {
        var more = EnumSet.copyOf(activities);
        more.add(sink);
        return new Demands(more, retrieves, residency, dataClass);
    }

    /// With passages looked up, or without.
    public Demands retrieving(boolean changed) {
        return new Demands(activities, changed, residency, dataClass);
    }

    public boolean cached() {
        return activities.contains(Activity.ANSWER_CACHE);
    }
}
