package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import org.allodium.tenancy.Anyone;

/// Whether people can sign in now.
@ApplicationScoped
public class KeycloakHealth {
    /// Asks Keycloak itself, and waits two seconds at most.
    @Anyone
    public boolean reachable() {
        throw new UnsupportedOperationException();
    }
}
