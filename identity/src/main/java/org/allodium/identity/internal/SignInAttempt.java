package org.allodium.identity.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What is remembered while a browser is at Keycloak: the code flow's secrets, and where to go on.
/// @param verifier PKCE's: only who began the flow can end it
/// @param to a path of this portal
/// @param invitation the code of a link that an inviter handed over
record SignInAttempt(
        String state,
        String nonce,
        String verifier,
        String to,
        Optional<String> invitation,
        Instant begun) {
    /// Longer than Keycloak keeps its login page open.
    static final Duration LIFESPAN = Duration.ofHours(1);

    static SignInAttempt begin(String to, Optional<String> invitation, Instant now) {
        return new SignInAttempt(
                OpaqueTokens.newCode(),
                OpaqueTokens.newCode(),
                OpaqueTokens.newCode(),
                to,
                invitation,
                now);
    }

    boolean isOverAt(Instant now) {
        return now.isAfter(begun.plus(LIFESPAN));
    }
}
