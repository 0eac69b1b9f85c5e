package org.allodium.portal.staff;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import jakarta.inject.Inject;
import java.util.List;
import org.allodium.billing.Application;
import org.allodium.billing.Applications;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.ListPage;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.programmes.ApplicationTimeline;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visits;
import org.allodium.tenancy.Permission;

/// The queue of applications: waiting ones first, oldest first.
@CdiComponent
@Route(value = Place.STAFF + "applications", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.STAFF, needs = Permission.DECIDE_APPLICATIONS)
public class ApplicationsView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Applications applications;

    public ApplicationsView() {
        super(say("applications.title"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        lead(say("applications.lead", applications.waiting()));
        var page =
                ListPage.read(
                        ListPage.number(event.getLocation().getQueryParameters()),
                        applications::queue);
        show(
                new Card(
                        page.content(
                                this::table,
                                () ->
                                        new EmptyState(
                                                say("applications.none"),
                                                say("applications.none.text")),
                                ApplicationsView::address),
                        page.pager(ApplicationsView::address)));
    }

    private static String address(int page) {
        return Place.STAFF + "applications?page=" + page;
    }

    private Component table(List<Application> rows) {
        var figures = visits.figures();
        return new Table<Application>(say("applications.title"))
                .column(say("applications.organisation"), ApplicationsView::organisation)
                .text(say("grants.programme"), Application::programmeTitle)
                .optional()
                .number(say("apply.amount"), application -> figures.money(application.requested()))
                .column(
                        say("applications.submitted"),
                        application -> new When(application.submittedAt(), figures))
                .optional()
                .column(
                        say("models.state"),
                        application -> ApplicationTimeline.chip(application.state()))
                .rows(rows);
    }

    private static Component organisation(Application application) {
        var link =
                new Anchor(
                        Place.STAFF + "applications/" + application.id(),
                        application.organisation());
        link.addClassName("model-name");
        var purpose = new Span(application.purpose());
        purpose.addClassName("quiet-line");
        return new Div(link, purpose);
    }
}
