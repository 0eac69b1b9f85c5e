package org.allodium.portal.keys;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import org.allodium.identity.ApiKeyRow;
import org.allodium.identity.ApiKeys;
import org.allodium.identity.IssueKey;
import org.allodium.identity.IssuedKey;
import org.allodium.portal.models.PortalAddress;
import org.allodium.portal.models.UsableModels;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.tenancy.Permission;

/// The project's keys. A new key's secret is shown once, with examples that contain it.
@CdiComponent
@Route(value = Place.ORGANISATION + "keys", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "keys", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.ORGANISATION, needs = Permission.KEEP_KEYS, inProject = true)
public class KeysView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject ApiKeys keys;
    @Inject UsableModels usable;
    @Inject PortalAddress address;

    private Visit visit = Visit.anonymous();

    public KeysView() {
        super(say("keys.title"), say("keys.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        visit = visits.at(event.getLocation());
        load();
    }

    private void load() {
        if (visit.project().isEmpty()) {
            show(
                    new Card(
                            EmptyState.noProject(
                                    visit.may(Permission.MANAGE_PROJECTS),
                                    visit.path("projects"))));
            return;
        }
        actions(Buttons.primary(say("keys.new"), this::create));
        var rows =
                keys.list(visit.requireTenant().id(), visit.project().orElseThrow().id()).stream()
                        .sorted(order(visits.figures()))
                        .toList();
        show(
                new Card(
                        rows.isEmpty()
                                ? new EmptyState(
                                        say("keys.none"),
                                        say("keys.none.text"),
                                        Buttons.primary(say("keys.new"), this::create))
                                : table(rows, visits.figures())));
    }

    private static Comparator<ApiKeyRow> order(Figures figures) {
        return Comparator.comparing((ApiKeyRow row) -> !row.usableAt(figures.now()))
                .thenComparing(ApiKeyRow::createdAt, Comparator.reverseOrder());
    }

    private Component table(List<ApiKeyRow> rows, Figures figures) {
        return new Table<ApiKeyRow>(say("keys.title"))
                .column(say("keys.name"), KeysView::name)
                .column(say("keys.state"), row -> state(row, figures))
                .column(say("keys.expires"), row -> new When(row.expiresAt(), figures))
                .column(say("keys.used"), row -> used(row, figures))
                .optional()
                .text(say("keys.models"), KeysView::models)
                .optional()
                .column("", row -> row.usableAt(figures.now()) ? deeds(row) : new Span())
                .rows(rows);
    }

    private static Component name(ApiKeyRow row) {
        var name = new Span(row.name());
        name.addClassName("model-name");
        var prefix = new Span(row.prefix() + "…");
        prefix.addClassNames("quiet-line", "mono");
        return new Div(name, prefix);
    }

    private static Component state(ApiKeyRow row, Figures figures) {
        if (row.revokedAt().isPresent()) {
            return new Chip(say("keys.state.revoked"), Chip.Tone.QUIET);
        }
        return row.usableAt(figures.now())
                ? new Chip(say("keys.state.active"), Chip.Tone.GOOD)
                : new Chip(say("keys.state.expired"), Chip.Tone.BAD);
    }

    private static Component used(ApiKeyRow row, Figures figures) {
        return row.lastUsedAt()
                .<Component>map(time -> new When(time, figures))
                .orElseGet(() -> new Span(say("keys.used.never")));
    }

    private static String models(ApiKeyRow row) {
        return row.allowedModels().isEmpty()
                ? say("keys.models.all")
                : String.join(", ", row.allowedModels().stream().sorted().toList());
    }

    private Component deeds(ApiKeyRow row) {
        var rotate =
                Buttons.quiet(
                        say("keys.rotate"),
                        () ->
                                Buttons.confirm(
                                        say("keys.rotate.question", row.name()),
                                        say("keys.rotate.consequence"),
                                        say("keys.rotate"),
                                        () ->
                                                reveal(
                                                        keys.rotate(
                                                                visit.requireTenant().id(),
                                                                row.id()))));
        var revoke =
                Buttons.quiet(
                        say("keys.revoke"),
                        () ->
                                Buttons.confirm(
                                        say("keys.revoke.question", row.name()),
                                        say("keys.revoke.consequence"),
                                        say("keys.revoke"),
                                        () -> revoke(row)));
        var deeds = new Div(rotate, revoke);
        deeds.addClassName("actions");
        return deeds;
    }

    private void revoke(ApiKeyRow row) {
        keys.revoke(visit.requireTenant().id(), row.id());
        Notice.done(say("keys.revoked", row.name()));
        load();
    }

    private void create() {
        var models = usable.of(visit).stream().map(entry -> entry.model().name()).toList();
        new NewKeyDialog(
                        models,
                        wish ->
                                reveal(
                                        keys.issue(
                                                new IssueKey(
                                                        visit.requireTenant().id(),
                                                        visit.project().orElseThrow().id(),
                                                        wish.name(),
                                                        wish.validFor(),
                                                        wish.models()))))
                .open();
    }

    private void reveal(IssuedKey issued) {
        var usableModels = usable.of(visit);
        var allowed = issued.row().allowedModels();
        var model =
                UsableModels.first(
                                usableModels.stream()
                                        .filter(
                                                entry ->
                                                        allowed.isEmpty()
                                                                || allowed.contains(
                                                                        entry.model().name()))
                                        .toList())
                        .map(entry -> entry.model().name())
                        .orElse("allodium-guide");
        new SecretDialog(issued, address.url(), model).open();
        load();
    }
}
