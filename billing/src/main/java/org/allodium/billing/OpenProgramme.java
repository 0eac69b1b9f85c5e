package org.allodium.billing;

import java.time.Instant;
import java.util.Set;
import org.allodium.kernel.Money;
import org.allodium.tenancy.OrganisationKind;

/// The command that starts a programme.
public record OpenProgramme(
        String title,
        String funder,
        String summary,
        Money budget,
        Money ceilingPerGrant,
        Instant opensAt,
        Instant closesAt,
        Set<OrganisationKind> eligible) {
    public OpenProgramme {
        eligible = Set.copyOf(eligible);
    }
}
