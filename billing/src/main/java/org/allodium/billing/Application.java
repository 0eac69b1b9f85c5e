package org.allodium.billing;

import java.time.Instant;
import java.util.Optional;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;

/// A request for a grant, and what became of it.
public record Application(
        ApplicationId id,
        ProgrammeId programme,
        String programmeTitle,
        TenantId tenant,
        String organisation,
        String purpose,
        String fieldOfScience,
        String expectedUse,
        Money requested,
        String applicantSubject,
        String applicantName,
        Instant submittedAt,
        State state,
        Optional<Verdict> verdict) {
    public enum State {
        SUBMITTED,
        APPROVED,
        DECLINED,
        WITHDRAWN
    }

    /// `reason` for a decline; `grant` for an approval.
    public record Verdict(Instant at, String officer, String reason, Optional<GrantId> grant) {}
}
