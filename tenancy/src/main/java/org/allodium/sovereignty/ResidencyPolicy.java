package org.allodium.sovereignty;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What somebody demands: a perimeter for each category of data and, where stated, that operators
/// are seated in a perimeter and not controlled from outside one. No perimeter for seat or control
/// means any. `version` is the epoch at which it was made.
public record ResidencyPolicy(
        String name,
        Map<DataCategory, Perimeter> places,
        @Nullable Perimeter operatorSeat,
        @Nullable Perimeter operatorControl,
        ControlThresholds thresholds,
        List<SpillConsent> consents,
        long version,
        Instant validFrom) {
    public ResidencyPolicy {
        if (places.size() != DataCategory.values().length) {
            throw new IllegalArgumentException("A policy places every category of data: " + name);
        }
        places = Collections.unmodifiableMap(new EnumMap<>(places));
        consents = List.copyOf(consents);
    }

    /// Whether whatever this allows, `wider` allows too. Consents are left out: they open only the
    /// policy that they belong to, and every policy above still has its say.
    public boolean within(ResidencyPolicy wider) {
        return places.entrySet().stream()
                        .allMatch(entry -> entry.getValue().within(wider.place(entry.getKey())))
                && within(operatorSeat, wider.operatorSeat)
                && within(operatorControl, wider.operatorControl)
                && (wider.operatorControl == null || thresholds.within(wider.thresholds));
    }

    public ResidencyPolicy with(List<SpillConsent> own, long epoch, Instant from) {
        return new ResidencyPolicy(
                name, places, operatorSeat, operatorControl, thresholds, own, epoch, from);
    }

    public Perimeter place(DataCategory category) {
        return Objects.requireNonNull(places.get(category));
    }

    private static boolean within(@Nullable Perimeter narrow, @Nullable Perimeter wide) {
        return wide == null || (narrow != null && narrow.within(wide));
    }
}
