package org.allodium.portal.projects;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.checkbox.Checkbox;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Consumer;
import org.allodium.kernel.Refused;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Form;
import org.allodium.portal.parts.FormDialog;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.parts.Seen;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Projects;

/// Projects: what keys and usage hang on, and where the answer cache is switched.
@CdiComponent
@Route(value = Place.ORGANISATION + "projects", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "projects", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.ORGANISATION, needs = Permission.SEE_PROJECTS)
public class ProjectsView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Projects projects;

    private Visit visit = Visit.anonymous();

    public ProjectsView() {
        super(say("projects.title"), say("projects.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        visit = visits.at(event.getLocation());
        load();
    }

    private void load() {
        if (visit.may(Permission.MANAGE_PROJECTS)) {
            actions(Buttons.primary(say("projects.new"), this::create));
        }
        var all = visit.projects();
        var hint = new Paragraph(say("projects.cache.text"));
        hint.addClassName("hint");
        show(
                new Card(
                        all.isEmpty()
                                ? new EmptyState(say("projects.none"), say("projects.none.text"))
                                : table(all, visit)),
                new Card(say("projects.cache"), hint));
    }

    private Component table(List<Project> all, Visit visit) {
        var figures = visits.figures();
        return new Table<Project>(say("projects.title"))
                .column(say("projects.name"), project -> name(project))
                .column(say("projects.cache"), project -> cache(project, visit))
                .column(say("projects.created"), project -> new When(project.createdAt(), figures))
                .optional()
                .column(
                        "",
                        project ->
                                visit.may(Permission.MANAGE_PROJECTS) ? deeds(project) : new Span())
                .rows(all);
    }

    private static Component name(Project project) {
        var name = new Span(project.name());
        name.addClassName("model-name");
        return name;
    }

    private Component cache(Project project, Visit visit) {
        if (!visit.may(Permission.MANAGE_PROJECTS)) {
            return project.answerCache()
                    ? new Chip(say("projects.cache.on"), Chip.Tone.GOOD)
                    : new Chip(say("projects.cache.off"), Chip.Tone.QUIET);
        }
        var box = new Checkbox(say("projects.cache.on"), project.answerCache());
        box.setAriaLabel(say("projects.cache.of", project.name()));
        box.addValueChangeListener(
                change -> {
                    if (change.isFromClient()) {
                        switchCache(project, box);
                    }
                });
        return box;
    }

    private void switchCache(Project project, Checkbox box) {
        boolean on = box.getValue();
        try {
            projects.switchAnswerCache(project.id(), on);
        } catch (Refused refused) {
            box.setValue(!on);
            throw refused;
        }
        Notice.done(
                on
                        ? say("projects.cache.switched-on", project.name())
                        : say("projects.cache.switched-off", project.name()));
    }

    private Component deeds(Project project) {
        var deeds =
                new Div(
                        Buttons.quiet(
                                say("projects.rename"),
                                () -> {
                                    var seen = new Seen<>(project.name());
                                    name(
                                            say("projects.rename"),
                                            project.name(),
                                            name -> rename(project, seen, name));
                                }));
        deeds.addClassName("actions");
        return deeds;
    }

    private void create() {
        name(
                say("projects.new"),
                "",
                name -> {
                    var created = projects.create(visit.requireTenant().id(), name);
                    Notice.done(say("projects.created.done", created.name()));
                    reload();
                });
    }

    private void rename(Project project, Seen<String> seen, String name) {
        seen.save(
                last -> projects.rename(project.id(), name, last),
                () -> projects.find(project.id()).map(Project::name).orElse(name),
                now -> say("projects.renamed-meanwhile", now));
        reload();
    }

    private void reload() {
        visit = visits.afresh(visit);
        load();
    }

    private static void name(String title, String current, Consumer<String> work) {
        var field = new TextField(say("projects.name"));
        field.setValue(current);
        field.setRequiredIndicatorVisible(true);
        field.setMaxLength(120);
        new FormDialog(
                        title,
                        new Form().wide("name", field),
                        say("action.save"),
                        () -> work.accept(field.getValue().strip()))
                .open();
        field.focus();
    }
}
