package org.allodium.portal.shell;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.router.Location;
import com.vaadin.flow.server.VaadinRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.identity.PortalUser;
import org.allodium.portal.text.Figures;
import org.allodium.tenancy.Member;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Projects;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Staff;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;
import org.jspecify.annotations.Nullable;

/// Finds out who is visiting. Memberships and roles are read live, once in every request: a change
/// binds the next one. Organisation and project are those of the page's address.
@ApplicationScoped
public class Visits {
    static final String VISITOR = "visitor";
    static final String ATTRIBUTE = "org.allodium.portal.shell.Visit";

    @Inject Tenants tenants;
    @Inject Projects projects;
    @Inject Staff staff;
    @Inject Clock clock;

    /// The visit behind the page at this address, which is being built. Only while a request of
    /// that page is served: what comes later keeps the visit it was given.
    public Visit at(Location location) {
        var place = Place.of(location.getPath());
        var visit = current();
        if (!visit.place().sharesScope(place)) {
            throw new IllegalStateException("The page stands in another place than its document");
        }
        return visit.at(place);
    }

    /// Read anew, after something was changed in this request.
    public Visit afresh(Visit visit) {
        return visit.person().map(person -> of(person, visit.place())).orElse(visit);
    }

    static Visit current() {
        var request = VaadinRequest.getCurrent();
        return request != null && request.getAttribute(ATTRIBUTE) instanceof Visit visit
                ? visit
                : Visit.anonymous();
    }

    public Figures figures() {
        var ui = UI.getCurrent();
        var details = ui.getPage().getExtendedClientDetails();
        var zone = details == null ? null : details.getTimeZoneId();
        return Figures.of(ui.getLocale(), zone, clock);
    }

    public Clock clock() {
        return clock;
    }

    Visit of(@Nullable Object user, Place place) {
        return user instanceof PortalUser(var subject, var _, var name, var email, var _)
                ? of(new Person(subject, name, email), place)
                : Visit.anonymous().at(place);
    }

    private Visit of(Person person, Place place) {
        return TenantScope.platform(person.subject(), Set.of()).get(() -> read(person, place));
    }

    private Visit read(Person person, Place place) {
        var staffRoles = staff.rolesOf(person.subject());
        var members = tenants.membershipsOf(person.subject());
        var organisations = tenants.organisationsOf(person.subject());
        var tenant = in(place, organisations);
        var roles =
                tenant.map(found -> Set.of(roleIn(found, members)))
                        .orElseGet(() -> place instanceof Place.StaffDesk ? staffRoles : Set.of());
        var all = tenant.map(found -> projectsOf(found, person, roles)).orElseGet(List::of);
        return new Visit(
                place,
                Optional.of(person),
                organisations,
                tenant,
                roles,
                staffRoles,
                all,
                Visit.named(all, place));
    }

    private static Optional<Tenant> in(Place place, List<Tenant> organisations) {
        return place instanceof Place.Organisation(var slug, var _)
                ? organisations.stream().filter(found -> found.slug().equals(slug)).findFirst()
                : Optional.empty();
    }

    private static Role roleIn(Tenant tenant, List<Member> members) {
        return members.stream()
                .filter(member -> member.tenant().equals(tenant.id()))
                .findFirst()
                .orElseThrow()
                .role();
    }

    private List<Project> projectsOf(Tenant tenant, Person person, Set<Role> roles) {
        return TenantScope.of(tenant.id(), person.subject(), roles)
                .get(() -> projects.all(tenant.id()));
    }
}
