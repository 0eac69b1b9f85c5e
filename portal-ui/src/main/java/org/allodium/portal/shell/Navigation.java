package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Nav;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.allodium.tenancy.Role;

/// The way to the other pages: what this visit may open, in groups.
final class Navigation extends Nav {
    /// One address for everybody, so that a passage can be sent to anybody.
    static final String HANDBOOK = "handbook";

    /// `title` is a key of the messages; an empty one means no heading.
    record Group(String title, List<Entry> entries) {}

    /// `page`: which page it is within its place; `address`: where it stands.
    record Entry(String page, String address, String title) {}

    /// `page` is the one that is open.
    Navigation(Visit visit, String page) {
        getElement().setAttribute("aria-label", say("shell.navigation"));
        for (var group : groups(visit)) {
            if (!group.title().isEmpty()) {
                add(new H2(group.title()));
            }
            group.entries().forEach(entry -> add(link(entry, page)));
        }
    }

    static List<Group> groups(Visit visit) {
        if (!visit.signedIn()) {
            return List.of(new Group("", List.of(new Entry("", "", say("nav.welcome")))));
        }
        var groups =
                visit.tenant().isPresent()
                        ? ofOrganisation(visit)
                        : visit.atStaffDesk() ? ofStaff(visit) : elsewhere(visit);
        var help = new Group("", List.of(new Entry(HANDBOOK, HANDBOOK, say("nav.handbook"))));
        return Stream.concat(groups.stream(), Stream.of(help)).toList();
    }

    private static List<Group> ofOrganisation(Visit visit) {
        var work = new ArrayList<Entry>();
        work.add(entry(visit, "home"));
        if (visit.mayCallModels()) {
            work.add(inProject(visit, "playground"));
        }
        work.add(entry(visit, "models"));
        var project = new ArrayList<Entry>();
        if (visit.mayCallModels()) {
            project.add(inProject(visit, "keys"));
        }
        project.add(entry(visit, "usage"));
        project.add(entry(visit, "refusals"));
        project.add(entry(visit, "projects"));
        return List.of(
                new Group("", work),
                new Group(say("nav.group.project"), project),
                new Group(
                        say("nav.group.organisation"),
                        List.of(
                                entry(visit, "grants"),
                                entry(visit, "programmes"),
                                entry(visit, "policy"),
                                entry(visit, "team"))));
    }

    private static List<Group> ofStaff(Visit visit) {
        var desk = new ArrayList<Entry>();
        desk.add(entry(visit, "desk"));
        if (visit.has(Role.PROGRAMME_OFFICER)) {
            desk.add(entry(visit, "applications"));
            desk.add(entry(visit, "calls"));
        }
        if (visit.has(Role.ADMINISTRATOR) || visit.has(Role.PROGRAMME_OFFICER)) {
            desk.add(entry(visit, "verifications"));
        }
        if (visit.has(Role.ADMINISTRATOR)) {
            desk.add(entry(visit, "organisations"));
        }
        return List.of(new Group("", desk));
    }

    /// Back to where the person works, or to founding an organisation.
    private static List<Group> elsewhere(Visit visit) {
        var ways = new ArrayList<Entry>();
        if (!visit.staffRoles().isEmpty()) {
            ways.add(new Entry("", new Place.StaffDesk().path("desk"), say("nav.desk")));
        }
        for (var tenant : visit.organisations()) {
            var home = new Place.Organisation(tenant.slug(), "").path("home");
            ways.add(new Entry("", home, tenant.name()));
        }
        ways.add(new Entry("found", "found", say("nav.found")));
        return List.of(new Group("", ways));
    }

    private static Entry entry(Visit visit, String page) {
        return new Entry(page, visit.path(page), say("nav." + page));
    }

    private static Entry inProject(Visit visit, String page) {
        return new Entry(page, visit.projectPath(page), say("nav." + page));
    }

    private static Anchor link(Entry entry, String page) {
        var link = new Anchor(entry.address().isEmpty() ? "/" : entry.address(), entry.title());
        var here =
                page.equals(entry.page())
                        || !entry.page().isEmpty() && page.startsWith(entry.page() + "/");
        if (here) {
            link.addClassName("on");
            link.getElement().setAttribute("aria-current", "page");
        }
        return link;
    }
}
