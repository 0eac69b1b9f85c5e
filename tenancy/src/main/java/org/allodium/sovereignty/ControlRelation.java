package org.allodium.sovereignty;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// `holder` holds a part of `held`. Shares are in percent; an absent share is unknown and counts as
/// all of it. The three rights give control whatever the share.
public record ControlRelation(
        String holder,
        String held,
        @Nullable BigDecimal capital,
        @Nullable BigDecimal votes,
        boolean vetoRight,
        boolean appointsMajority,
        boolean deFactoInfluence,
        Instant validFrom,
        @Nullable Instant validTo)
        implements Fact {
    public ControlRelation {
        capital = share(capital);
        votes = share(votes);
    }

    @Override
    public String key() {
        return holder + ">" + held;
    }

    public boolean liveAt(Instant at) {
        return Validity.holds(validFrom, validTo, at);
    }

    public boolean decisive() {
        return vetoRight || appointsMajority || deFactoInfluence;
    }

    private static @Nullable BigDecimal share(@Nullable BigDecimal share) {
        if (share == null) {
            return null;
        }
        if (share.signum() < 0 || share.compareTo(BigDecimal.valueOf(100)) > 0) {
            throw new IllegalArgumentException("A share is between 0 and 100 percent: " + share);
        }
        var plain = share.stripTrailingZeros();
        // One share has one form, so that one snapshot has one digest.
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }
}
