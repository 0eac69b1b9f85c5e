package org.allodium.portal.shell;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.server.VaadinSession;
import com.vaadin.flow.server.WrappedSession;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.allodium.identity.PortalUser;
import org.allodium.portal.text.Figures;
import org.allodium.tenancy.Member;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Projects;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Staff;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.Tenants;

/// Finds out who is visiting. Memberships and roles are read live at every request: a change binds
/// the next one. The chosen organisation and project are kept in the HTTP session.
@ApplicationScoped
public class Visits {
    static final String VISITOR = "visitor";
    private static final String PLACE = "allodium.place";
    private static final String PROJECT = "allodium.project";
    private static final String STAFF_DESK = "staff";

    @Inject Tenants tenants;
    @Inject Projects projects;
    @Inject Staff staff;
    @Inject Clock clock;

    /// The visit behind the page that is being built.
    public Visit current() {
        var session = VaadinSession.getCurrent().getSession();
        return of(session::getAttribute);
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

    /// Takes effect with the next request, which is why the page is loaded anew.
    public void workFor(TenantId tenant) {
        session().setAttribute(PLACE, tenant.toString());
        session().removeAttribute(PROJECT);
    }

    public void workAtStaffDesk() {
        session().setAttribute(PLACE, STAFF_DESK);
    }

    public void choose(ProjectId project) {
        session().setAttribute(PROJECT, project.toString());
    }

    private static WrappedSession session() {
        return VaadinSession.getCurrent().getSession();
    }

    Visit of(Function<String, Object> session) {
        if (!(session.apply(PortalUser.ATTRIBUTE) instanceof PortalUser user)) {
            return Visit.anonymous();
        }
        var person = user.person();
        return TenantScope.platform(person.subject(), Set.of()).get(() -> of(person, session));
    }

    private Visit of(Person person, Function<String, Object> session) {
        var staffRoles = staff.rolesOf(person.subject());
        var members = tenants.membershipsOf(person.subject());
        var chosen = choose(members, staffRoles, session.apply(PLACE));
        var organisations =
                members.stream().map(member -> tenants.require(member.tenant())).toList();
        if (chosen.isEmpty()) {
            return new Visit(
                    Optional.of(person),
                    organisations,
                    Optional.empty(),
                    staffRoles,
                    staffRoles,
                    List.of(),
                    Optional.empty());
        }
        var member = chosen.get();
        var tenant = tenants.require(member.tenant());
        var scope = TenantScope.of(tenant.id(), person.subject(), Set.of(member.role()));
        var all = scope.get(() -> projects.all(tenant.id()));
        return new Visit(
                Optional.of(person),
                organisations,
                Optional.of(tenant),
                Set.of(member.role()),
                staffRoles,
                all,
                project(all, session.apply(PROJECT)));
    }

    // Staff begin at their desk; members in the organisation chosen last, or in their first.
    static Optional<Member> choose(List<Member> members, Set<Role> staffRoles, Object place) {
        var named =
                members.stream()
                        .filter(member -> member.tenant().toString().equals(place))
                        .findFirst();
        if (named.isPresent()) {
            return named;
        }
        return staffRoles.isEmpty() ? members.stream().findFirst() : Optional.empty();
    }

    private static Optional<Project> project(List<Project> all, Object chosen) {
        return all.stream()
                .filter(project -> project.id().toString().equals(chosen))
                .findFirst()
                .or(() -> all.stream().min(Comparator.comparing(Project::createdAt)));
    }
}
