package org.allodium.portal.shell;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;

/// Who looks at the page, and for whom: a visitor, a member of an organisation (`tenant` present),
/// or staff at their desk. `roles` are those that count here and now; `staffRoles` all of the
/// person's staff roles.
public record Visit(
        Optional<Person> person,
        List<Tenant> organisations,
        Optional<Tenant> tenant,
        Set<Role> roles,
        Set<Role> staffRoles,
        List<Project> projects,
        Optional<Project> project) {

    public Visit {
        organisations = List.copyOf(organisations);
        roles = Set.copyOf(roles);
        staffRoles = Set.copyOf(staffRoles);
        projects = List.copyOf(projects);
    }

    static Visit anonymous() {
        return new Visit(
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Set.of(),
                Set.of(),
                List.of(),
                Optional.empty());
    }

    public boolean signedIn() {
        return person.isPresent();
    }

    public boolean atStaffDesk() {
        return tenant.isEmpty() && !staffRoles.isEmpty();
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }

    /// Owners and admins keep keys, people and policy; the services check it again.
    public boolean managesOrganisation() {
        return has(Role.OWNER) || has(Role.ADMIN);
    }

    /// Billing viewers read; they call no model.
    public boolean mayCallModels() {
        return managesOrganisation() || has(Role.MEMBER);
    }

    public Person requirePerson() {
        return person.orElseThrow(
                () -> new IllegalStateException("The page needs a signed-in person"));
    }

    public Tenant requireTenant() {
        return tenant.orElseThrow(
                () -> new IllegalStateException("The page needs an organisation"));
    }

    /// To be bound again by background work, which inherits nothing.
    public TenantScope scope() {
        var subject = person.map(Person::subject).orElse(Visits.VISITOR);
        return tenant.map(organisation -> TenantScope.of(organisation.id(), subject, roles))
                .orElseGet(() -> TenantScope.platform(subject, roles));
    }

    static Set<Role> none() {
        return EnumSet.noneOf(Role.class);
    }
}
