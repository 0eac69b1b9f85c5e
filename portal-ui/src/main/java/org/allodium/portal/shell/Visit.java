package org.allodium.portal.shell;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;

/// Who looks at the page, and for whom: a visitor, a member of an organisation (`tenant` present),
/// or staff at their desk, as the page's address says. `roles` are those that count here and now;
/// `staffRoles` all of the person's staff roles. A page keeps the visit with which it was built,
/// so that what it shows is what its buttons act on.
public record Visit(
        Place place,
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

    /// Nobody, nowhere: what a page holds before it is opened.
    public static Visit anonymous() {
        return new Visit(
                new Place.Elsewhere(),
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
        return place instanceof Place.StaffDesk && !staffRoles.isEmpty();
    }

    /// The address of another page in the same organisation and project, or at the same desk.
    public String path(String page) {
        return place.path(page);
    }

    /// For pages that need a project: this one's, or the first.
    public String projectPath(String page) {
        return place instanceof Place.Organisation(var slug, var chosen) && chosen.isEmpty()
                ? Addresses.firstProject(this)
                        .map(first -> new Place.Organisation(slug, first.id().toString()))
                        .orElseGet(() -> new Place.Organisation(slug, ""))
                        .path(page)
                : path(page);
    }

    /// Nobody's address, or not this reader's: both look the same.
    boolean misplaced() {
        return switch (place) {
            case Place.Organisation(var _, var wanted) ->
                    tenant.isEmpty() || !wanted.isEmpty() && project.isEmpty();
            case Place.StaffDesk() -> staffRoles.isEmpty();
            case Place.Elsewhere() -> false;
        };
    }

    /// The same visit at another page of the same organisation.
    Visit at(Place there) {
        return new Visit(
                there,
                person,
                organisations,
                tenant,
                roles,
                staffRoles,
                projects,
                named(projects, there));
    }

    static Optional<Project> named(List<Project> projects, Place place) {
        return place instanceof Place.Organisation(var _, var wanted)
                ? projects.stream()
                        .filter(project -> project.id().toString().equals(wanted))
                        .findFirst()
                : Optional.empty();
    }

    /// Whether to offer it here and now; the services ask again.
    public boolean may(Permission permission) {
        return permission.isHeldBy(roles);
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
}
