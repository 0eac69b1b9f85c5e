package org.allodium.portal.grants;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import jakarta.inject.Inject;
import java.util.List;
import org.allodium.billing.Grant;
import org.allodium.billing.Grants;
import org.allodium.portal.parts.Bar;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;

/// The organisation's grants in the order in which they pay.
@CdiComponent
@Route(value = "grants", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.ORGANISATION)
public class GrantsView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Grants grants;

    public GrantsView() {
        super(say("grants.title"), say("grants.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var figures = visits.figures();
        var all = grants.ofTenant(visits.current().requireTenant().id());
        actions(Buttons.plainLink("programmes", say("grants.apply")));
        show(
                new Card(
                        all.isEmpty()
                                ? new EmptyState(
                                        say("grants.none"),
                                        say("grants.none.text"),
                                        Buttons.primaryLink("programmes", say("grants.apply")))
                                : table(all, figures)));
    }

    private static Component table(List<Grant> all, Figures figures) {
        return new Table<Grant>(say("grants.title"))
                .column(say("grants.programme"), GrantsView::source)
                .column(say("grants.state"), grant -> state(grant, figures))
                .optional()
                .column(say("grants.ends"), grant -> When.day(grant.endsAt(), figures))
                .number(say("grants.granted"), grant -> figures.money(grant.granted()))
                .optional()
                .number(say("grants.spent"), grant -> figures.money(grant.spent()))
                .optional()
                .number(say("grants.available"), grant -> figures.money(grant.available()))
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

    private static Chip state(Grant grant, Figures figures) {
        if (grant.ended() || grant.endsAt().isBefore(figures.now())) {
            return new Chip(say("grants.state.ended"), Chip.Tone.QUIET);
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
