package org.allodium.tenancy;

/// The founder becomes the organisation's owner.
public record FoundOrganisation(
        String name, OrganisationKind kind, String country, String identifier, Person founder) {}
