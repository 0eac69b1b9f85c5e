package org.allodium.tenancy;

import java.time.Instant;

/// An organisation. `country` is ISO 3166-1 alpha-2; `identifier` is what its register calls it
/// (VAT, LEI, ROR …).
public record Tenant(
        TenantId id,
        String slug,
        String name,
        OrganisationKind kind,
        String country,
        String identifier,
        Limits limits,
        Instant foundedAt) {}
