package org.allodium.billing;

import java.time.Instant;
import java.util.Set;
import org.allodium.kernel.Money;
import org.allodium.tenancy.OrganisationKind;

/// `open`: applications are accepted at the time of reading; `committed`: granted so far.
public record Programme(
        ProgrammeId id,
        String title,
        String funder,
        String summary,
        Money budget,
        Money committed,
        Money ceilingPerGrant,
        Instant opensAt,
        Instant closesAt,
        Set<OrganisationKind> eligible,
        boolean verifiedOnly,
        boolean open) {
    public Programme {
        eligible = Set.copyOf(eligible);
    }
}
