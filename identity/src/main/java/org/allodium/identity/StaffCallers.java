package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import org.allodium.tenancy.Anyone;
import org.jspecify.annotations.Nullable;

/// Turns what a request to `/admin/v1` shows into one of the platform's people, with their roles of
/// this moment.
@ApplicationScoped
public class StaffCallers {
    /// `authorization`: the header's value, a Keycloak access token or, from loopback only, the
    /// operations token of this installation. `remoteAddress`: the peer's address as the server
    /// saw it, never one that a header claims.
    @Anyone
    public StaffAuthentication authenticate(@Nullable String authorization, String remoteAddress) {
        throw new UnsupportedOperationException();
    }
}
