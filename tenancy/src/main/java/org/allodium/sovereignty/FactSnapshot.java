package org.allodium.sovereignty;

import org.allodium.sovereignty.internal.Canonical;

/// The facts at one epoch. `id` is the digest of the facts alone: the same facts have the same id
/// years later, whatever happened between (R20).
public record FactSnapshot(long epoch, String id, Facts facts) {
    public FactSnapshot {
        if (!id.equals(Canonical.digest(facts))) {
            throw new IllegalArgumentException("The id is not the digest of these facts");
        }
    }

    public static FactSnapshot of(long epoch, Facts facts) {
        return new FactSnapshot(epoch, Canonical.digest(facts), facts);
    }

    public String toJson() {
        return Canonical.json(this);
    }

    public static FactSnapshot fromJson(String json) {
        return Canonical.read(json, FactSnapshot.class);
    }
}
