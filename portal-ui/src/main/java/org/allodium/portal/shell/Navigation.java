package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.H6;
import com.vaadin.flow.component.html.Nav;
import java.util.ArrayList;
import java.util.List;
import org.allodium.tenancy.Role;

/// The way to the other pages: what this visit may open, in groups.
final class Navigation extends Nav {
    /// `title` is a key of the messages; an empty one means no heading.
    record Group(String title, List<Entry> entries) {}

    record Entry(String path, String title) {}

    Navigation(Visit visit, String current) {
        getElement().setAttribute("aria-label", say("shell.navigation"));
        for (var group : groups(visit)) {
            if (!group.title().isEmpty()) {
                add(new H6(group.title()));
            }
            group.entries().forEach(entry -> add(link(entry, current)));
        }
    }

    static List<Group> groups(Visit visit) {
        if (!visit.signedIn()) {
            return List.of(new Group("", List.of(new Entry("", say("nav.welcome")))));
        }
        if (visit.tenant().isPresent()) {
            return ofOrganisation(visit);
        }
        return visit.atStaffDesk()
                ? ofStaff(visit)
                : List.of(new Group("", List.of(new Entry("found", say("nav.found")))));
    }

    private static List<Group> ofOrganisation(Visit visit) {
        var work = new ArrayList<Entry>();
        work.add(new Entry("home", say("nav.home")));
        if (visit.mayCallModels()) {
            work.add(new Entry("playground", say("nav.playground")));
        }
        work.add(new Entry("models", say("nav.models")));
        var project = new ArrayList<Entry>();
        if (visit.mayCallModels()) {
            project.add(new Entry("keys", say("nav.keys")));
        }
        project.add(new Entry("usage", say("nav.usage")));
        project.add(new Entry("projects", say("nav.projects")));
        return List.of(
                new Group("", work),
                new Group(say("nav.group.project"), project),
                new Group(
                        say("nav.group.organisation"),
                        List.of(
                                new Entry("grants", say("nav.grants")),
                                new Entry("programmes", say("nav.programmes")),
                                new Entry("policy", say("nav.policy")),
                                new Entry("team", say("nav.team")))));
    }

    private static List<Group> ofStaff(Visit visit) {
        var desk = new ArrayList<Entry>();
        desk.add(new Entry("desk", say("nav.desk")));
        if (visit.has(Role.PROGRAMME_OFFICER)) {
            desk.add(new Entry("applications", say("nav.applications")));
            desk.add(new Entry("calls", say("nav.calls")));
        }
        if (visit.has(Role.ADMINISTRATOR)) {
            desk.add(new Entry("organisations", say("nav.organisations")));
        }
        return List.of(new Group("", desk));
    }

    private static Anchor link(Entry entry, String current) {
        var link = new Anchor(entry.path().isEmpty() ? "/" : entry.path(), entry.title());
        var here =
                current.equals(entry.path())
                        || !entry.path().isEmpty() && current.startsWith(entry.path() + "/");
        if (here) {
            link.addClassName("on");
            link.getElement().setAttribute("aria-current", "page");
        }
        return link;
    }
}
