package org.allodium.portal.programmes;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.DetachEvent;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import com.vaadin.flow.shared.Registration;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.allodium.billing.Application;
import org.allodium.billing.Applications;
import org.allodium.billing.Programme;
import org.allodium.billing.Programmes;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.parts.PropertyList;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Permission;

/// Programmes open to this organisation, and its applications. Verdicts appear on the open page.
@CdiComponent
@Route(value = Place.ORGANISATION + "programmes", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "programmes", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.ORGANISATION, needs = Permission.SEE_APPLICATIONS)
public class ProgrammesView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Programmes programmes;
    @Inject Applications applications;
    @Inject Verdicts verdicts;

    private Visit visit = Visit.anonymous();
    private Registration heard = () -> {};

    public ProgrammesView() {
        super(say("programmes.title"), say("programmes.lead"));
    }

    @Override
    protected void onDetach(DetachEvent event) {
        heard.remove();
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        if (event.getLocation().getQueryParameters().getParameters().containsKey("new")) {
            lead(say("programmes.new"));
        }
        visit = visits.at(event.getLocation());
        var ui = UI.getCurrent();
        heard.remove();
        heard =
                verdicts.listen(
                        visit.requireTenant().id(),
                        () -> ui.access(() -> visit.scope().run(this::load)));
        load();
    }

    private void load() {
        var tenant = visit.requireTenant();
        var figures = visits.figures();
        var mine = applications.ofTenant(tenant.id());
        var blocks = new ArrayList<Component>();
        if (!mine.isEmpty()) {
            var list =
                    mine.stream().map(application -> applied(application, visit, figures)).toList();
            blocks.add(new Card(say("programmes.mine"), new ApplicationList(list)));
        }
        var open = programmes.accepting();
        if (open.isEmpty()) {
            blocks.add(
                    new Card(new EmptyState(say("programmes.none"), say("programmes.none.text"))));
        }
        open.forEach(programme -> blocks.add(programme(programme, visit, figures)));
        show(blocks.toArray(Component[]::new));
    }

    private Card programme(Programme programme, Visit visit, Figures figures) {
        var facts =
                new PropertyList()
                        .property(say("programmes.funder"), programme.funder())
                        .property(
                                say("programmes.ceiling"),
                                figures.money(programme.ceilingPerGrant()))
                        .property(say("programmes.closes"), When.day(programme.closesAt(), figures))
                        .property(say("programmes.eligible"), eligible(programme));
        if (programme.verifiedOnly()) {
            facts.property(say("programmes.verified"), say("programmes.verified-only"));
        }
        var card = new Card(programme.title(), new Paragraph(programme.summary()), facts);
        var actions = new Div();
        actions.addClassName("actions");
        if (!programme.eligible().contains(visit.requireTenant().kind())) {
            actions.add(new Span(say("programmes.not-eligible")));
        } else if (visit.may(Permission.APPLY_FOR_GRANTS)) {
            actions.add(Buttons.primary(say("programmes.apply"), () -> apply(programme)));
        } else {
            actions.add(new Span(say("programmes.ask-owner")));
        }
        card.add(actions);
        return card;
    }

    private static String eligible(Programme programme) {
        return programme.eligible().stream()
                .sorted()
                .map((OrganisationKind kind) -> Names.of(kind))
                .collect(Collectors.joining(", "));
    }

    private Component applied(Application application, Visit visit, Figures figures) {
        var timeline = new ApplicationTimeline(application, figures);
        var block = new Div(timeline);
        if (application.state() == Application.State.SUBMITTED
                && visit.may(Permission.APPLY_FOR_GRANTS)) {
            block.add(
                    Buttons.quiet(
                            say("programmes.withdraw"),
                            () ->
                                    Buttons.confirm(
                                            say("programmes.withdraw.question"),
                                            say("programmes.withdraw.consequence"),
                                            say("programmes.withdraw"),
                                            () -> withdraw(application))));
        }
        return block;
    }

    private void withdraw(Application application) {
        applications.withdraw(application.id(), application.tenant());
        Notice.done(say("programmes.withdrawn"));
        load();
    }

    private void apply(Programme programme) {
        new ApplyDialog(
                        programme,
                        visit,
                        visits.figures(),
                        command -> {
                            applications.submit(command);
                            Notice.done(say("programmes.applied"));
                            load();
                        })
                .open();
    }

    private static final class ApplicationList extends Div {
        ApplicationList(List<Component> entries) {
            addClassName("stack");
            entries.forEach(this::add);
        }
    }
}
