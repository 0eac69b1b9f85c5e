package org.allodium.portal.staff;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import jakarta.inject.Inject;
import java.util.ArrayList;
import org.allodium.billing.Application;
import org.allodium.billing.ApplicationId;
import org.allodium.billing.Applications;
import org.allodium.billing.Grants;
import org.allodium.billing.Programmes;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.PropertyList;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.When;
import org.allodium.portal.programmes.ApplicationTimeline;
import org.allodium.portal.programmes.Verdicts;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.Tenants;

/// One application with what is known of the organisation, and the verdict.
@CdiComponent
@Route(value = Place.STAFF + "applications/:id", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.STAFF, needs = Permission.DECIDE_APPLICATIONS)
public class ApplicationView extends Sheet implements BeforeEnterObserver, AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Applications applications;
    @Inject Programmes programmes;
    @Inject Grants grants;
    @Inject Tenants tenants;
    @Inject Verdicts verdicts;

    private String id = "";
    private Visit visit = Visit.anonymous();

    public ApplicationView() {
        super(say("applications.title"));
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        id =
                event.getRouteParameters()
                        .get("id")
                        .filter(text -> text.matches("[0-9a-f-]{36}"))
                        .orElseThrow(NotFoundException::new);
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        visit = visits.at(event.getLocation());
        load();
    }

    private void load() {
        var application =
                applications.find(ApplicationId.of(id)).orElseThrow(NotFoundException::new);
        var figures = visits.figures();
        title(application.organisation());
        lead(application.programmeTitle());
        if (application.state() == Application.State.SUBMITTED) {
            actions(
                    Buttons.primary(say("verdict.approve"), () -> approve(application)),
                    Buttons.plain(say("verdict.decline"), () -> decline(application)));
        } else {
            actions();
        }
        var blocks = new ArrayList<Component>();
        blocks.add(Card.row("c2", asked(application, figures), organisation(application, figures)));
        blocks.add(
                new Card(
                        say("applications.course"), new ApplicationTimeline(application, figures)));
        show(blocks.toArray(Component[]::new));
    }

    private Card asked(Application application, Figures figures) {
        var facts =
                new PropertyList()
                        .property(say("apply.purpose"), application.purpose())
                        .property(say("apply.field"), Names.field(application.fieldOfScience()))
                        .property(say("apply.expected"), application.expectedUse())
                        .property(say("apply.amount"), figures.money(application.requested()))
                        .property(say("applications.applicant"), application.applicantName())
                        .property(
                                say("applications.submitted"),
                                new When(application.submittedAt(), figures));
        programmes
                .find(application.programme())
                .ifPresent(
                        programme ->
                                facts.property(
                                                say("programmes.ceiling"),
                                                figures.money(programme.ceilingPerGrant()))
                                        .property(
                                                say("calls.left"),
                                                figures.money(
                                                        programme
                                                                .budget()
                                                                .minus(programme.committed()))));
        return new Card(say("applications.asked"), facts);
    }

    private Card organisation(Application application, Figures figures) {
        var facts = new PropertyList();
        tenants.find(application.tenant()).ifPresent(tenant -> describe(facts, tenant, figures));
        return new Card(say("shell.organisation"), facts);
    }

    static void describe(PropertyList facts, Tenant tenant, Figures figures) {
        facts.property(say("found.name"), tenant.name())
                .property(say("found.kind"), Names.of(tenant.kind()))
                .property(
                        say("found.country"),
                        new PlaceTag(tenant.country(), Names.country(tenant.country())))
                .property(say("found.identifier"), new Span(tenant.identifier()))
                .property(say("organisations.founded"), new When(tenant.foundedAt(), figures));
    }

    private void approve(Application application) {
        var figures = visits.figures();
        new VerdictDialogs(application, figures)
                .approve(
                        grants.today(),
                        (amount, lastDay) -> {
                            applications.approve(
                                    application.id(), amount, lastDay, visit.requirePerson());
                            done(application, say("verdict.approved", application.organisation()));
                        });
    }

    private void decline(Application application) {
        new VerdictDialogs(application, visits.figures())
                .decline(
                        reason -> {
                            applications.decline(application.id(), reason, visit.requirePerson());
                            done(application, say("verdict.declined", application.organisation()));
                        });
    }

    private void done(Application application, String text) {
        verdicts.announce(application.tenant());
        Notice.done(text);
        load();
    }
}
