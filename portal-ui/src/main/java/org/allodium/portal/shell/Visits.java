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
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Standing;
import org.allodium.tenancy.Standing.Belonging;
import org.allodium.tenancy.Tenants;
import org.jspecify.annotations.Nullable;

/// Finds out who is visiting. Memberships and roles are read live, once in every request: a change
/// binds the next one. Organisation and project are those of the page's address.
@ApplicationScoped
public class Visits {
    static final String VISITOR = "visitor";
    static final String ATTRIBUTE = "org.allodium.portal.shell.Visit";

    @Inject Tenants tenants;
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
        return visit(person, place, tenants.standing(person.subject(), slug(place)));
    }

    private static Visit visit(Person person, Place place, Standing standing) {
        var organisations = standing.belongings().stream().map(Belonging::tenant).toList();
        var here =
                slug(place)
                        .flatMap(
                                slug ->
                                        standing.belongings().stream()
                                                .filter(found -> found.tenant().slug().equals(slug))
                                                .findFirst());
        var roles =
                here.map(found -> Set.of(found.role()))
                        .orElseGet(
                                () ->
                                        place instanceof Place.StaffDesk
                                                ? standing.staffRoles()
                                                : Set.of());
        var projects =
                here.filter(found -> Permission.SEE_PROJECTS.isHeldBy(found.role()))
                        .map(Belonging::projects)
                        .orElseGet(List::of);
        return new Visit(
                place,
                Optional.of(person),
                organisations,
                here.map(Belonging::tenant),
                roles,
                standing.staffRoles(),
                projects,
                Visit.named(projects, place));
    }

    private static Optional<String> slug(Place place) {
        return place instanceof Place.Organisation(var slug, var _)
                ? Optional.of(slug)
                : Optional.empty();
    }
}
