package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.allodium.tenancy.FoundOrganisation;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// Founding organisations and inviting people: membership and roles are ours, the sign-in is
/// Keycloak's.
@ApplicationScoped
public class Onboarding {
    /// Makes the organisation here and in Keycloak; the founder becomes owner.
    public Tenant found(FoundOrganisation command) {
        throw new UnsupportedOperationException();
    }

    /// Invites by e-mail: an existing user becomes a member at once, anybody else gets an account
    /// to activate.
    public Invitation invite(TenantId tenant, String email, String name, Role role) {
        throw new UnsupportedOperationException();
    }

    public List<Invitation> invitations(TenantId tenant) {
        throw new UnsupportedOperationException();
    }

    public void withdraw(TenantId tenant, Invitation invitation) {
        throw new UnsupportedOperationException();
    }

    /// Ends a membership here, at once, and then in Keycloak. The last owner stays.
    public void removeMember(TenantId tenant, String subject) {
        throw new UnsupportedOperationException();
    }

    /// Called at each sign-in: turns the person's open invitations into memberships, if they show
    /// that the invited address is theirs: Keycloak has verified it, or they bring the code of the
    /// link that the inviter handed over.
    public void welcome(Person person, boolean addressVerified, @Nullable String invitationCode) {
        throw new UnsupportedOperationException();
    }
}
