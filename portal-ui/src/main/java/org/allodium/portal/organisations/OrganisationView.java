package org.allodium.portal.organisations;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.component.textfield.IntegerField;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import jakarta.inject.Inject;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Form;
import org.allodium.portal.parts.FormDialog;
import org.allodium.portal.parts.Notice;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.PropertyList;
import org.allodium.portal.parts.Seen;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.Member;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.Tenants;

/// One organisation: what is known of it, its quota, its members.
@CdiComponent
@Route(value = Place.STAFF + "organisations/:slug", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.STAFF, needs = Permission.CHANGE_QUOTAS)
public class OrganisationView extends Sheet
        implements BeforeEnterObserver, AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Tenants tenants;

    private String slug = "";

    public OrganisationView() {
        super(say("nav.organisations"));
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        slug = event.getRouteParameters().get("slug").orElse("");
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        load();
    }

    private void load() {
        var tenant = tenants.findBySlug(slug).orElseThrow(NotFoundException::new);
        var figures = visits.figures();
        title(tenant.name());
        actions(Buttons.primary(say("quota.change"), () -> change(tenant)));
        show(
                Card.row("half", facts(tenant, figures), quota(tenant.limits(), figures)),
                new Card(say("team.members"), members(tenant, figures)));
    }

    private static Card facts(Tenant tenant, Figures figures) {
        return new Card(
                say("shell.organisation"),
                new PropertyList()
                        .property(say("found.kind"), Names.of(tenant.kind()))
                        .property(
                                say("found.country"),
                                new PlaceTag(tenant.country(), Names.country(tenant.country())))
                        .property(say("found.identifier"), tenant.identifier())
                        .property(
                                say("organisations.founded"),
                                new When(tenant.foundedAt(), figures)));
    }

    private static Card quota(Limits limits, Figures figures) {
        var note = new Paragraph(say("quota.note"));
        note.addClassName("d");
        return new Card(
                say("quota.title"),
                new PropertyList()
                        .property(say("quota.requests"), figures.number(limits.requestsPerMinute()))
                        .property(say("quota.tokens"), figures.number(limits.tokensPerMinute()))
                        .property(
                                say("quota.concurrent"),
                                figures.number(limits.concurrentRequests()))
                        .property(say("quota.priority"), Names.of(limits.priority())),
                note);
    }

    private Component members(Tenant tenant, Figures figures) {
        return new Table<Member>(say("team.members"))
                .column(say("team.person"), OrganisationView::person)
                .text(say("team.role"), member -> Names.of(member.role()))
                .column(say("team.since"), member -> new When(member.since(), figures))
                .optional()
                .rows(tenants.members(tenant.id()));
    }

    private static Component person(Member member) {
        var mail = new Span(member.person().email());
        mail.addClassName("quiet-line");
        return new Div(new Span(member.person().name()), mail);
    }

    private void change(Tenant tenant) {
        var limits = tenant.limits();
        var seen = new Seen<>(limits);
        var requests = number(say("quota.requests"), limits.requestsPerMinute());
        var tokens = number(say("quota.tokens"), limits.tokensPerMinute());
        var concurrent = number(say("quota.concurrent"), limits.concurrentRequests());
        var priority = new Select<Limits.Priority>(say("quota.priority"));
        priority.setItems(Limits.Priority.values());
        priority.setItemLabelGenerator(Names::of);
        priority.setHelperText(say("quota.priority.help"));
        priority.setValue(limits.priority());
        new FormDialog(
                        say("quota.of", tenant.name()),
                        new Form()
                                .wide("requestsPerMinute", requests)
                                .wide("tokensPerMinute", tokens)
                                .wide("concurrentRequests", concurrent)
                                .wide("priority", priority),
                        say("action.save"),
                        () -> {
                            var wanted =
                                    new Limits(
                                            requests.getValue(),
                                            tokens.getValue(),
                                            concurrent.getValue(),
                                            priority.getValue());
                            seen.save(
                                    last -> tenants.changeLimits(tenant.id(), wanted, last),
                                    () -> tenants.require(tenant.id()).limits(),
                                    now -> QuotaChange.words(seen.last(), now, visits.figures()));
                            Notice.done(say("quota.changed", tenant.name()));
                            load();
                        })
                .open();
        requests.focus();
    }

    private static IntegerField number(String label, int value) {
        var field = new IntegerField(label);
        field.setMin(1);
        field.setMax(Integer.MAX_VALUE);
        field.setValue(value);
        field.setRequiredIndicatorVisible(true);
        field.setErrorMessage(say("quota.at-least-one"));
        return field;
    }
}
