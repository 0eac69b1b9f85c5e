package org.allodium.portal.models;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.serving.ModelListing;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Project;

/// What this project may call, and what its policy keeps away, with the rule that says so.
@CdiComponent
@Route(value = Place.ORGANISATION + "models", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "models", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.ORGANISATION)
public class ModelsView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject UsableModels usable;
    @Inject ModelListing listing;
    @Inject PortalAddress address;
    @Inject PolicyEffect effect;

    public ModelsView() {
        super(say("models.title"), say("models.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var visit = visits.at(event.getLocation());
        var figures = visits.figures();
        var calls = visit.may(Permission.CALL_MODELS);
        var mine = calls ? usable.of(visit) : usable.ofOrganisation(visit);
        var blocks = new ArrayList<Component>();
        blocks.add(
                new Card(
                        say(calls ? "models.usable" : "models.usable.organisation"),
                        mine.isEmpty() ? none(visit) : new ModelTable(mine, figures)));
        if (mine.stream().anyMatch(model -> !model.lookups().isEmpty())) {
            var meaning = new Paragraph(say("models.lookups.text"));
            meaning.addClassName("d");
            blocks.add(new Card(say("models.lookups"), meaning, new LookupTable(mine)));
        }
        var kept = keptAway(mine);
        if (!kept.isEmpty()) {
            blocks.add(barred(visit, kept));
        }
        UsableModels.first(calls ? mine : List.of())
                .ifPresent(
                        model ->
                                blocks.add(
                                        new Card(
                                                say("home.call"),
                                                new SnippetTabs(
                                                        Snippets.of(
                                                                address.url(),
                                                                model.model().name(),
                                                                "$ALLODIUM_KEY")))));
        show(blocks.toArray(Component[]::new));
    }

    private List<ModelListing.Entry> keptAway(List<ModelListing.Entry> mine) {
        var names = mine.stream().map(entry -> entry.model().name()).collect(Collectors.toSet());
        return listing.all().stream()
                .filter(entry -> !names.contains(entry.model().name()))
                .toList();
    }

    private Card barred(Visit visit, List<ModelListing.Entry> kept) {
        var tenant = visit.requireTenant().id();
        var project = visit.project().map(Project::id).orElse(null);
        var table =
                new Table<ModelListing.Entry>(say("models.barred"))
                        .column(say("models.model"), entry -> ModelTable.name(entry.model().name()))
                        .column(say("models.place"), ModelTable::places)
                        .text(say("models.why"), entry -> effect.reason(tenant, project, entry))
                        .rows(kept);
        return new Card(say("models.barred"), table);
    }

    private static EmptyState none(Visit visit) {
        return new EmptyState(
                say("models.none-usable"),
                say("models.none-usable.text"),
                Buttons.plainLink(visit.path("policy"), say("nav.policy")));
    }
}
