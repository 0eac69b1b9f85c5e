package org.allodium.billing;

import java.time.Instant;
import java.util.Set;
import org.allodium.kernel.Money;
import org.allodium.tenancy.OrganisationKind;

/// Starts a programme. `verifiedOnly`: for organisations that were verified to be who they say.
public record OpenProgramme(
        String title,
        String funder,
        String summary,
        Money budget,
        Money ceilingPerGrant,
        Instant opensAt,
        Instant closesAt,
        Set<OrganisationKind> eligible,
        boolean verifiedOnly) {
    public OpenProgramme {
        eligible = Set.copyOf(eligible);
    }

    /// For verified organisations, as is usual.
    public OpenProgramme(
            String title,
            String funder,
            String summary,
            Money budget,
            Money ceilingPerGrant,
            Instant opensAt,
            Instant closesAt,
            Set<OrganisationKind> eligible) {
        this(title, funder, summary, budget, ceilingPerGrant, opensAt, closesAt, eligible, true);
    }
}
