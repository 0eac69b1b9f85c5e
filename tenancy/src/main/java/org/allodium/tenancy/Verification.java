package org.allodium.tenancy;

import java.time.Instant;

/// Somebody of the platform found that an organisation is who it says, or no longer believes it.
/// `kind` and `identifier` are what the organisation said of itself at the time; `basis` is what
/// the finding rests on: a register's entry, a document, an attestation and its issuer.
public record Verification(
        TenantId tenant,
        Instant at,
        boolean verified,
        OrganisationKind kind,
        String identifier,
        String basis,
        String actorName) {}
