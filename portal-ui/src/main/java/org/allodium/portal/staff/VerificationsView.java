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
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.ListPage;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Names;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.Verifications;

/// The organisations that nobody has verified, the longest waiting first.
@CdiComponent
@Route(value = Place.STAFF + "verifications", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.STAFF, needs = Permission.VERIFY_ORGANISATIONS)
public class VerificationsView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Verifications verifications;

    public VerificationsView() {
        super(say("verify.title"), say("verify.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var page =
                ListPage.read(
                        ListPage.number(event.getLocation().getQueryParameters()),
                        verifications::waiting);
        show(
                new Card(
                        page.content(
                                this::table,
                                () -> new EmptyState(say("verify.none"), say("verify.none.text")),
                                VerificationsView::address),
                        page.pager(VerificationsView::address)));
    }

    private static String address(int page) {
        return Place.STAFF + "verifications?page=" + page;
    }

    private Component table(List<Tenant> rows) {
        var figures = visits.figures();
        return new Table<Tenant>(say("verify.title"))
                .column(say("found.name"), VerificationsView::name)
                .text(say("found.kind"), tenant -> Names.of(tenant.kind()))
                .text(say("found.country"), tenant -> Names.country(tenant.country()))
                .optional()
                .column(
                        say("organisations.founded"),
                        tenant -> new When(tenant.foundedAt(), figures))
                .optional()
                .rows(rows);
    }

    private static Component name(Tenant tenant) {
        var link = new Anchor(Place.STAFF + "verifications/" + tenant.slug(), tenant.name());
        link.addClassName("model-name");
        var register = new Span(tenant.identifier());
        register.addClassName("quiet-line");
        return new Div(link, register);
    }
}
