package org.allodium.identity;

import java.io.Serializable;
import org.allodium.tenancy.Person;

/// Who is signed in to the portal: kept in the HTTP session under [#ATTRIBUTE] and nowhere
/// else. It says who, never what they may do: roles are read live, in every request.
/// `idToken` is only for ending Keycloak's session.
public record PortalUser(String subject, String username, String name, String email, String idToken)
        implements Serializable {
    public static final String ATTRIBUTE = "org.allodium.identity.PortalUser";

    public Person person() {
        return new Person(subject, name, email);
    }

    /// Without the token, which would end this person's session in anybody's hands.
    @Override
    public String toString() {
        return "PortalUser[" + username + "]";
    }
}
