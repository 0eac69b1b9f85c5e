package org.allodium.billing;

import java.time.Instant;
import java.time.LocalDate;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;

/// It pays until `endsAt`, the end of `lastDay` where the platform counts days: one day for whoever
/// reads it, wherever they are. `available` = granted − spent − reserved by running
/// requests; nothing once ended.
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
        LocalDate lastDay,
        boolean ended) {
    public Money available() {
        return ended ? Money.zero(granted.currency()) : granted.minus(spent).minus(reserved);
    }
}
