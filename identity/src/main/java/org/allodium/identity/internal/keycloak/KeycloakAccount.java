package org.allodium.identity.internal.keycloak;

/// Somebody's account. `verified`: they have shown that the address is theirs.
public record KeycloakAccount(String subject, String name, String email, boolean verified) {}
