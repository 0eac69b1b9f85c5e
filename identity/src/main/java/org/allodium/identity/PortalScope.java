package org.allodium.identity;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Set;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.Member;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Staff;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;

/// In whose name a page of the portal works. Ask again for every request: the answer is read live
/// from memberships and staff roles, so that a change binds the next click.
@ApplicationScoped
public class PortalScope {
    @Inject Tenants tenants;
    @Inject Staff staff;
    @Inject Callers callers;

    /// As a member of one organisation.
    @Anyone
    public TenantScope ofTenant(PortalUser user, TenantId tenant) {
        var role =
                TenantScope.platform(user.subject(), Set.of())
                        .get(() -> tenants.membership(tenant, user.subject()))
                        .map(Member::role)
                        .orElseThrow(
                                () ->
                                        new CloudException(
                                                ErrorCode.PERMISSION_DENIED,
                                                "You are not a member of this organisation."));
        return TenantScope.of(tenant, user.subject(), Set.of(role));
    }

    /// As one of the platform's own people, or, with no roles at all, as anybody who is signed in.
    @Anyone
    public TenantScope ofPlatform(PortalUser user) {
        var roles =
                TenantScope.platform(user.subject(), Set.of())
                        .get(() -> staff.rolesOf(user.subject()));
        return TenantScope.platform(user.subject(), roles);
    }

    /// For the playground, whose messages take the way of every other request.
    @Anyone
    public Caller caller(PortalUser user, TenantId tenant, ProjectId project) {
        return callers.ofPerson(user.subject(), tenant, project);
    }
}
