package org.allodium.tenancy;

public enum OrganisationKind {
    RESEARCH,
    STARTUP,
    PUBLIC_BODY
}
