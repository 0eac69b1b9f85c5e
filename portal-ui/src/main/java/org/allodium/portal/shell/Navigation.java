package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Nav;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.allodium.tenancy.Permission;

/// The way to the other pages: what this visit may open, in groups.
final class Navigation extends Nav {
    /// One address for everybody, so that a passage can be sent to anybody.
    static final String HANDBOOK = "handbook";

    /// `title` is a key of the messages; an empty one means no heading.
    record Group(String title, List<Entry> entries) {
        Group {
            entries = List.copyOf(entries);
        }
    }

    /// `page`: which page it is within its place; `address`: where it stands.
    record Entry(String page, String address, String title) {}

    /// A page and what its view asks for ([SeenBy]); a test holds the two together.
    record Page(String name, boolean inProject, Set<Permission> needs) {
        Page {
            needs = Set.copyOf(needs);
        }

        private static Page of(String name, Permission... needs) {
            return new Page(name, false, Set.of(needs));
        }

        private static Page inProject(String name, Permission needs) {
            return new Page(name, true, Set.of(needs));
        }
    }

    static final List<Page> WORK =
            List.of(
                    Page.of("home"),
                    Page.inProject("playground", Permission.CALL_MODELS),
                    Page.of("models"));
    static final List<Page> PROJECT =
            List.of(
                    Page.inProject("keys", Permission.KEEP_KEYS),
                    Page.of("usage", Permission.SEE_USAGE),
                    Page.of("refusals", Permission.SEE_REFUSALS),
                    Page.of("projects", Permission.SEE_PROJECTS));
    static final List<Page> ORGANISATION =
            List.of(
                    Page.of("grants", Permission.SEE_GRANTS),
                    Page.of("programmes", Permission.SEE_APPLICATIONS),
                    Page.of("policy"),
                    Page.of("team", Permission.SEE_MEMBERS));
    static final List<Page> DESK =
            List.of(
                    Page.of("desk"),
                    Page.of("applications", Permission.DECIDE_APPLICATIONS),
                    Page.of("calls", Permission.OPEN_PROGRAMMES),
                    Page.of("verifications", Permission.VERIFY_ORGANISATIONS),
                    Page.of("organisations", Permission.CHANGE_QUOTAS),
                    Page.of("months", Permission.SEE_MONTHS));

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
        return List.of(
                new Group("", open(visit, WORK)),
                new Group(say("nav.group.project"), open(visit, PROJECT)),
                new Group(say("nav.group.organisation"), open(visit, ORGANISATION)));
    }

    private static List<Group> ofStaff(Visit visit) {
        return List.of(new Group("", open(visit, DESK)));
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

    private static List<Entry> open(Visit visit, List<Page> pages) {
        return pages.stream()
                .filter(page -> page.needs().stream().allMatch(visit::may))
                .map(
                        page ->
                                new Entry(
                                        page.name(),
                                        page.inProject()
                                                ? visit.projectPath(page.name())
                                                : visit.path(page.name()),
                                        say("nav." + page.name())))
                .toList();
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
