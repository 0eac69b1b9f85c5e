package org.allodium.identity.internal;

import com.nimbusds.jwt.JWTClaimsSet;
import org.allodium.identity.PortalUser;

/// Who came back from Keycloak, as its id token says after it was checked.
/// @param addressVerified whether Keycloak vouches that the address is this person's
record SignIn(PortalUser user, boolean addressVerified) {

    static SignIn of(JWTClaimsSet claims, String idToken) {
        var username = text(claims, "preferred_username");
        var name = text(claims, "name");
        return new SignIn(
                new PortalUser(
                        claims.getSubject(),
                        username,
                        name.isEmpty() ? username : name,
                        text(claims, "email"),
                        idToken),
                Boolean.TRUE.equals(claims.getClaim("email_verified")));
    }

    private static String text(JWTClaimsSet claims, String name) {
        return claims.getClaim(name) instanceof String text ? text.strip() : "";
    }
}
