package org.allodium.identity.internal;

/// Fired when a note for Keycloak was written: worth telling as soon as the change is committed.
public record KeycloakNews(String subject) {}
