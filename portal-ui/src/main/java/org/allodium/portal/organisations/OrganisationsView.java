package org.allodium.portal.organisations;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.value.ValueChangeMode;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;
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
import org.allodium.tenancy.Tenants;

/// All organisations, to search. Search and page are in the address.
@CdiComponent
@Route(value = Place.STAFF + "organisations", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.STAFF, needs = Permission.CHANGE_QUOTAS)
public class OrganisationsView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject Tenants tenants;

    private final TextField search = new TextField();

    public OrganisationsView() {
        super(say("nav.organisations"), say("organisations.lead"));
        search.setPlaceholder(say("organisations.search"));
        search.setAriaLabel(say("organisations.search"));
        search.addClassName("search");
        search.setClearButtonVisible(true);
        search.setValueChangeMode(ValueChangeMode.LAZY);
        search.addValueChangeListener(
                change -> {
                    if (change.isFromClient()) {
                        UI.getCurrent().navigate(address(change.getValue(), 0));
                    }
                });
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var parameters = event.getLocation().getQueryParameters();
        var text = parameters.getSingleParameter("search").orElse("");
        if (!search.getValue().equals(text)) {
            search.setValue(text);
        }
        IntFunction<String> address = number -> address(text, number);
        var page =
                ListPage.read(
                        ListPage.number(parameters),
                        (offset, limit) -> tenants.all(text, offset, limit));
        show(
                new Card(
                        search,
                        page.content(
                                this::table,
                                () ->
                                        new EmptyState(
                                                say("organisations.none"),
                                                say("organisations.none.text")),
                                address),
                        page.pager(address)));
    }

    private Component table(List<Tenant> rows) {
        var figures = visits.figures();
        return new Table<Tenant>(say("nav.organisations"))
                .column(say("found.name"), OrganisationsView::name)
                .text(say("found.kind"), tenant -> Names.of(tenant.kind()))
                .optional()
                .number(
                        say("organisations.requests"),
                        tenant -> figures.number(tenant.limits().requestsPerMinute()))
                .number(
                        say("organisations.tokens"),
                        tenant -> figures.number(tenant.limits().tokensPerMinute()))
                .optional()
                .number(
                        say("organisations.concurrent"),
                        tenant -> figures.number(tenant.limits().concurrentRequests()))
                .optional()
                .column(
                        say("organisations.founded"),
                        tenant -> new When(tenant.foundedAt(), figures))
                .optional()
                .rows(rows);
    }

    private static Component name(Tenant tenant) {
        var link = new Anchor(Place.STAFF + "organisations/" + tenant.slug(), tenant.name());
        link.addClassName("model-name");
        var register = new Span(tenant.identifier());
        register.addClassName("quiet-line");
        return new Div(link, register);
    }

    static String address(String text, int page) {
        var query = "search=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
        return Place.STAFF + "organisations?" + query + (page == 0 ? "" : "&page=" + page);
    }
}
