package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.contextmenu.ContextMenu;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.Location;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Tenant;

/// For which organisation and project this page works. Each choice leads to another address; no
/// other tab notices.
final class Switches extends Div {
    Switches(Visit visit, Location here) {
        addClassName("switches");
        if (visit.organisations().isEmpty() && !visit.staffRoles().isEmpty()) {
            var label = new Span(say("shell.staff-desk"));
            label.addClassName("switch-label");
            add(label);
        }
        if (!visit.organisations().isEmpty()) {
            add(organisations(visit));
        }
        if (visit.tenant().isPresent() && !visit.projects().isEmpty()) {
            add(projects(visit, Place.page(here.getPath())));
        }
    }

    private static NativeButton organisations(Visit visit) {
        var name =
                visit.tenant()
                        .map(Tenant::name)
                        .orElse(
                                visit.atStaffDesk()
                                        ? say("shell.staff-desk")
                                        : say("shell.organisation.choose"));
        var button = button(say("shell.organisation"), name);
        var menu = menu(button);
        for (var organisation : visit.organisations()) {
            var home = new Place.Organisation(organisation.slug(), "").path("home");
            menu.addItem(organisation.name(), click -> load(home));
        }
        if (!visit.staffRoles().isEmpty()) {
            menu.addItem(
                    say("shell.staff-desk"), click -> load(new Place.StaffDesk().path("desk")));
        }
        menu.addSeparator();
        menu.addItem(say("shell.found-another"), click -> load("found"));
        return button;
    }

    private static void load(String path) {
        UI.getCurrent().getPage().setLocation("/" + path);
    }

    private static NativeButton projects(Visit visit, String page) {
        var slug = visit.requireTenant().slug();
        var button =
                button(
                        say("shell.project"),
                        visit.project().map(Project::name).orElse(say("shell.all-projects")));
        var menu = menu(button);
        for (var project : visit.projects()) {
            var there = new Place.Organisation(slug, project.id().toString()).path(page);
            menu.addItem(project.name(), click -> UI.getCurrent().navigate(there));
        }
        var all = new Place.Organisation(slug, "").path(page);
        menu.addItem(say("shell.all-projects"), click -> UI.getCurrent().navigate(all));
        menu.addSeparator();
        menu.addItem(
                say("shell.edit-projects"),
                click -> UI.getCurrent().navigate(visit.path("projects")));
        return button;
    }

    private static ContextMenu menu(NativeButton button) {
        var menu = new ContextMenu(button);
        menu.setOpenOnClick(true);
        return menu;
    }

    private static NativeButton button(String label, String value) {
        var small = new Span(label);
        small.addClassName("switch-label");
        var name = new Span(value);
        name.addClassName("switch-value");
        var button = new NativeButton();
        button.addClassName("switch");
        button.add(small, name);
        button.getElement().setAttribute("aria-haspopup", "menu");
        return button;
    }
}
