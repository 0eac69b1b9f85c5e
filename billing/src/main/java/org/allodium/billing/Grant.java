package org.allodium.billing;

import java.time.Instant;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;

/// `available` = granted − spent − reserved by running requests; nothing once ended.
public record Grant(
        GrantId id,
        TenantId tenant,
        ProgrammeId programme,
        String programmeTitle,
        String funder,
        Money granted,
        Money spent,
        Money reserved,
        Instant startsAt,
        Instant endsAt,
        boolean ended) {
    public Money available() {
        return ended ? Money.zero(granted.currency()) : granted.minus(spent).minus(reserved);
    }
}
