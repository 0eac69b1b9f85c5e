package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.allodium.identity.internal.keycloak.KeycloakAdmin;
import org.allodium.tenancy.Anyone;

/// Whether people can sign in now.
@ApplicationScoped
public class KeycloakHealth {
    @Inject KeycloakAdmin keycloak;

    /// Asks Keycloak itself, and waits two seconds at most.
    @Anyone
    public boolean reachable() {
        return keycloak.reachable();
    }
}
