package org.allodium.sovereignty.internal;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.LegalEntity;

/// Who is controlled from outside one perimeter, reckoned once for each entity that is asked about:
/// a walk through many holders takes far longer than the rest of a decision.
final class ControlTable {
    private final ControlWalk walk;
    private final Map<String, Optional<Sentence>> known = new ConcurrentHashMap<>();

    ControlTable(ControlWalk walk) {
        this.walk = walk;
    }

    /// Why the entity is controlled from outside; empty if it is not.
    Optional<Sentence> outsideControl(LegalEntity entity) {
        var found = known.get(entity.id());
        if (found == null) {
            found = walk.outsideControl(entity);
            known.put(entity.id(), found);
        }
        return found;
    }
}
