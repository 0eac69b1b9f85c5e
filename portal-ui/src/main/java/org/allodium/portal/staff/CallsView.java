package org.allodium.portal.staff;

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
import org.allodium.billing.Programme;
import org.allodium.billing.Programmes;
import org.allodium.portal.parts.Bar;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visits;
import org.allodium.tenancy.Permission;

/// All programmes with what is granted of their budgets.
@CdiComponent
@Route(value = Place.STAFF + "calls", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.STAFF, needs = Permission.OPEN_PROGRAMMES)
public class CallsView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Programmes programmes;

    public CallsView() {
        super(say("calls.title"), say("calls.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var all = programmes.all();
        show(
                new Card(
                        all.isEmpty()
                                ? new EmptyState(
                                        say("programmes.none"), say("programmes.none.text"))
                                : table(all)));
    }

    private Component table(List<Programme> all) {
        var figures = visits.figures();
        return new Table<Programme>(say("calls.title"))
                .column(say("grants.programme"), CallsView::title)
                .column(
                        say("models.state"),
                        programme ->
                                programme.open()
                                        ? new Chip(say("calls.open"), Chip.Tone.GOOD)
                                        : new Chip(say("calls.closed"), Chip.Tone.QUIET))
                .column(
                        say("programmes.closes"),
                        programme -> When.day(programme.closesAt(), figures))
                .optional()
                .number(say("calls.budget"), programme -> figures.money(programme.budget()))
                .number(say("calls.committed"), programme -> figures.money(programme.committed()))
                .column(
                        say("grants.used"),
                        programme ->
                                new Bar(
                                        programme.budget().amount(),
                                        List.of(programme.committed().amount()),
                                        figures.percent(
                                                programme.committed().amount(),
                                                programme.budget().amount())))
                .optional()
                .rows(all);
    }

    private static Component title(Programme programme) {
        var title = new Span(programme.title());
        title.addClassName("model-name");
        var funder = new Span(programme.funder());
        funder.addClassName("quiet-line");
        return new Div(title, funder);
    }
}
