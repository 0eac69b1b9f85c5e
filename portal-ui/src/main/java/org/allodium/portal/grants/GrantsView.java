package org.allodium.portal.grants;

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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.allodium.billing.Grant;
import org.allodium.billing.GrantId;
import org.allodium.billing.Grants;
import org.allodium.billing.Outlook;
import org.allodium.portal.home.GrantWords;
import org.allodium.portal.parts.Bar;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.tenancy.Permission;
import org.jspecify.annotations.Nullable;

/// The organisation's grants in the order in which they pay.
@CdiComponent
@Route(value = Place.ORGANISATION + "grants", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "grants", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.ORGANISATION, needs = Permission.SEE_GRANTS)
public class GrantsView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Grants grants;

    public GrantsView() {
        super(say("grants.title"), say("grants.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var visit = visits.at(event.getLocation());
        var figures = visits.figures();
        var tenant = visit.requireTenant().id();
        var all = grants.ofTenant(tenant);
        var outlook =
                grants.outlook(tenant).parts().stream()
                        .collect(Collectors.toMap(part -> part.grant().id(), part -> part));
        if (visit.may(Permission.APPLY_FOR_GRANTS)) {
            actions(Buttons.plainLink(visit.path("programmes"), say("grants.apply")));
        }
        show(new Card(all.isEmpty() ? none(visit) : table(all, outlook, figures)));
    }

    private static Component none(Visit visit) {
        return visit.may(Permission.APPLY_FOR_GRANTS)
                ? new EmptyState(
                        say("grants.none"),
                        say("grants.none.text"),
                        Buttons.primaryLink(visit.path("programmes"), say("grants.apply")))
                : new EmptyState(say("grants.none"), say("programmes.ask-owner"));
    }

    private static Component table(
            List<Grant> all, Map<GrantId, Outlook.Part> outlook, Figures figures) {
        return new Table<Grant>(say("grants.title"))
                .column(say("grants.programme"), GrantsView::source)
                .column(
                        say("grants.state"),
                        grant -> state(grant, outlook.get(grant.id()), figures))
                .optional()
                .column(say("grants.ends"), grant -> new Span(figures.date(grant.lastDay())))
                .number(say("grants.granted"), grant -> figures.money(grant.granted()))
                .optional()
                .number(say("grants.spent"), grant -> figures.money(grant.spent()))
                .optional()
                .number(say("grants.available"), grant -> figures.money(grant.available()))
                .text(say("grants.outlook"), grant -> words(outlook.get(grant.id()), figures))
                .optional()
                .column(say("grants.used"), grant -> bar(grant, figures))
                .optional()
                .rows(all);
    }

    private static Component source(Grant grant) {
        var title = new Span(grant.programmeTitle());
        title.addClassName("model-name");
        var funder = new Span(grant.funder());
        funder.addClassName("quiet-line");
        return new Div(title, funder);
    }

    private static String words(Outlook.@Nullable Part part, Figures figures) {
        return part == null ? "" : GrantWords.of(part, figures);
    }

    private static Chip state(Grant grant, Outlook.@Nullable Part part, Figures figures) {
        if (grant.ended() || part == null) {
            return new Chip(say("grants.state.ended"), Chip.Tone.QUIET);
        }
        if (GrantWords.lapsesSoon(part, figures)) {
            return new Chip(say("grants.state.lapsing"), Chip.Tone.WARN);
        }
        return grant.available().isPositive()
                ? new Chip(say("grants.state.running"), Chip.Tone.GOOD)
                : new Chip(say("grants.state.spent"), Chip.Tone.WARN);
    }

    private static Component bar(Grant grant, Figures figures) {
        return new Bar(
                grant.granted().amount(),
                List.of(grant.spent().amount(), grant.reserved().amount()),
                say(
                        "home.left.bar",
                        figures.money(grant.spent()),
                        figures.money(grant.reserved())));
    }
}
