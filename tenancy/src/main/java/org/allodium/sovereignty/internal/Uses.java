package org.allodium.sovereignty.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.allodium.sovereignty.internal.Present.Owner;
import org.allodium.sovereignty.internal.Present.Use;
import org.jspecify.annotations.Nullable;

/// What every owner chose last. Immutable; a change copies the few that are newer, and not the
/// many: each key may have chosen.
///
/// @param newer come before `most`
record Uses(Map<Owner, Use> most, Map<Owner, Use> newer) {
    private static final int FEW = 1_000;

    Uses {
        most = Map.copyOf(most);
        newer = Map.copyOf(newer);
    }

    static Uses of(Map<Owner, Use> all) {
        return new Uses(all, Map.of());
    }

    Optional<Use> of(Owner owner) {
        @Nullable Use found = newer.get(owner);
        return Optional.ofNullable(found == null ? most.get(owner) : found);
    }

    /// Of each owner the latest stays, in whatever order they come.
    Uses with(Map<Owner, Use> changed) {
        var few = new HashMap<>(newer);
        changed.forEach(
                (owner, use) -> {
                    if (of(owner).filter(known -> known.epoch() > use.epoch()).isEmpty()) {
                        few.put(owner, use);
                    }
                });
        if (few.size() <= FEW) {
            return new Uses(most, few);
        }
        var all = new HashMap<>(most);
        all.putAll(few);
        return of(all);
    }
}
