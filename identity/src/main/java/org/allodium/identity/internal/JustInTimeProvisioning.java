package org.allodium.identity.internal;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.UUID;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;

/// What a sign-in changes, each in its own transaction under the scope that the caller has bound:
/// one tenant's trouble keeps nobody out of the others.
@ApplicationScoped
public class JustInTimeProvisioning {
    @Inject Tenants tenants;
    @Inject InvitationRepository invitations;
    @Inject Clock clock;

    /// For CDI.
    public JustInTimeProvisioning() {}

    public JustInTimeProvisioning(Tenants tenants, InvitationRepository invitations, Clock clock) {
        this.tenants = tenants;
        this.invitations = invitations;
        this.clock = clock;
    }

    @Transactional(TxType.REQUIRES_NEW)
    public void remember(Person person) {
        tenants.remember(person);
    }

    /// Under the scope of the inviting tenant, with the roles that the inviter holds now.
    @Transactional(TxType.REQUIRES_NEW)
    public void accept(UUID id, Person person) {
        var tenant = TenantScope.current().requireTenant();
        var invitation = invitations.require(id);
        if (!invitation.isOpenAt(clock.instant())) {
            return;
        }
        // A member already, perhaps by another invitation: the role stays as it is.
        if (tenants.membership(tenant, person.subject()).isEmpty()) {
            tenants.addMember(tenant, person, invitation.role());
            invitations.tellKeycloak(tenant, person.subject());
        }
        invitation.accept(clock.instant());
        invitations.flush();
    }
}
