package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.contextmenu.ContextMenu;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Tenant;

/// For which organisation and project the reader works. Changing it loads the page anew, because
/// the scope of the whole session changes.
final class Switches extends Div {
    Switches(Visit visit, Visits visits) {
        addClassName("switches");
        if (visit.organisations().isEmpty() && !visit.staffRoles().isEmpty()) {
            var label = new Span(say("shell.staff-desk"));
            label.addClassName("switch-label");
            add(label);
        }
        if (!visit.organisations().isEmpty()) {
            add(organisations(visit, visits));
        }
        visit.project().ifPresent(project -> add(projects(visit, project, visits)));
    }

    private static NativeButton organisations(Visit visit, Visits visits) {
        var name = visit.tenant().map(Tenant::name).orElse(say("shell.staff-desk"));
        var button = button(say("shell.organisation"), name);
        var menu = menu(button);
        for (var organisation : visit.organisations()) {
            menu.addItem(
                    organisation.name(),
                    click -> {
                        visits.workFor(organisation.id());
                        UI.getCurrent().getPage().setLocation("/home");
                    });
        }
        if (!visit.staffRoles().isEmpty()) {
            menu.addItem(
                    say("shell.staff-desk"),
                    click -> {
                        visits.workAtStaffDesk();
                        UI.getCurrent().getPage().setLocation("/desk");
                    });
        }
        menu.addSeparator();
        menu.addItem(say("shell.found-another"), click -> UI.getCurrent().navigate("found"));
        return button;
    }

    private static NativeButton projects(Visit visit, Project current, Visits visits) {
        var button = button(say("shell.project"), current.name());
        var menu = menu(button);
        for (var project : visit.projects()) {
            menu.addItem(
                    project.name(),
                    click -> {
                        visits.choose(project.id());
                        UI.getCurrent().getPage().reload();
                    });
        }
        menu.addSeparator();
        menu.addItem(say("shell.all-projects"), click -> UI.getCurrent().navigate("projects"));
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
