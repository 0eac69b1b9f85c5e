package org.allodium.portal.staff;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.stream.Collectors;
import org.allodium.billing.Applications;
import org.allodium.portal.models.ModelTable;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.KeyFigure;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.serving.ModelListing;
import org.allodium.serving.NodeListing;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Permission;

/// Where staff begin: what waits for them, and what runs where, to read.
@CdiComponent
@Route(value = Place.STAFF + "desk", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.STAFF)
public class DeskView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Applications applications;
    @Inject ModelListing listing;
    @Inject Residency residency;
    @Inject NodeListing nodes;

    public DeskView() {
        super(say("desk.title"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var visit = visits.at(event.getLocation());
        var figures = visits.figures();
        title(say("desk.welcome", visit.requirePerson().name()));
        lead(visit.staffRoles().stream().sorted().map(Names::of).collect(Collectors.joining(", ")));
        var blocks = new ArrayList<Component>();
        if (visit.may(Permission.DECIDE_APPLICATIONS)) {
            blocks.add(waiting(visit, figures));
        }
        if (visit.may(Permission.CHANGE_QUOTAS)) {
            blocks.add(
                    new Card(
                            say("nav.organisations"),
                            new Paragraph(say("desk.organisations")),
                            actions(visit.path("organisations"), say("desk.organisations.open"))));
        }
        blocks.add(new Card(say("desk.models"), models(visit, figures)));
        blocks.add(new Card(say("desk.pools"), pools()));
        if (visit.may(Permission.INSPECT_MODELS)) {
            blocks.add(new Card(say("desk.nodes"), new NodesTable(nodes.all(), figures)));
        }
        show(blocks.toArray(Component[]::new));
    }

    private Component waiting(Visit visit, Figures figures) {
        var card =
                new KeyFigure(
                        say("desk.waiting"),
                        figures.number(applications.waiting()),
                        say("desk.waiting.unit"),
                        say("desk.waiting.text"));
        card.add(actions(visit.path("applications"), say("desk.waiting.open")));
        return card;
    }

    private static Div actions(String path, String text) {
        var actions = new Div(Buttons.plainLink(path, text));
        actions.addClassName("actions");
        return actions;
    }

    private Component models(Visit visit, Figures figures) {
        var entries = listing.all();
        var next =
                visit.may(Permission.OPERATE_MODELS)
                        ? say("desk.models.operator")
                        : say("models.none.text");
        return entries.isEmpty()
                ? new EmptyState(say("models.none"), next)
                : new ModelTable(entries, figures);
    }

    private Component pools() {
        var places = residency.places();
        if (places.isEmpty()) {
            return new EmptyState(say("policy.places.none"), say("policy.places.none.text"));
        }
        return new Table<PoolPlace>(say("desk.pools"))
                .text(say("desk.pool"), place -> place.pool().value())
                .column(
                        say("receipt.place"),
                        place -> new PlaceTag(place.country(), place.facility()))
                .text(say("playground.operator"), PoolPlace::operator)
                .text(say("desk.controlled"), place -> Names.country(place.controlledFrom()))
                .optional()
                .text(
                        say("desk.perimeter"),
                        place ->
                                place.national()
                                        ? say("desk.perimeter.national")
                                        : say("desk.perimeter.abroad"))
                .optional()
                .rows(places);
    }
}
