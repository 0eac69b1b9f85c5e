package org.allodium.portal.usage;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.Table;
import org.allodium.portal.parts.When;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Messages;
import org.allodium.portal.text.Names;
import org.allodium.serving.RefusalWords;
import org.allodium.serving.RefusedRequest;
import org.allodium.serving.RefusedRequests;
import org.allodium.tenancy.Permission;

/// What was refused in the last 30 days, why, and what helps. The filter and where the page begins
/// are in the address.
@CdiComponent
@Route(value = Place.ORGANISATION + "refusals", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "refusals", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.ORGANISATION, needs = Permission.SEE_REFUSALS)
public class RefusalsView extends Sheet implements AfterNavigationObserver {
    private static final int PAGE = 25;
    private static final List<Integer> STATUSES = List.of(0, 401, 403, 404, 429, 503);

    @Inject Visits visits;
    @Inject RefusedRequests refused;

    public RefusalsView() {
        super(say("refusals.title"), say("refusals.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var visit = visits.at(event.getLocation());
        var tenant = visit.requireTenant();
        lead(say("usage.of-organisation", tenant.name()) + " " + say("refusals.lead"));
        var figures = visits.figures();
        var asked = event.getLocation().getQueryParameters();
        int status = status(asked.getSingleParameter("status"));
        var after = asked.getSingleParameter("after");
        // One more than is shown tells whether there are older ones.
        var found = refused.page(tenant.id(), status, after, PAGE + 1);
        var page = found.subList(0, Math.min(PAGE, found.size()));
        var card =
                new Card(
                        say("refusals.title"),
                        filter(visit, status),
                        rows(visit, status, after, page, figures));
        card.add(pager(visit, status, after, page, found.size() > PAGE));
        show(card);
    }

    private static int status(Optional<String> text) {
        return text.filter(digits -> digits.matches("\\d{3}"))
                .map(Integer::valueOf)
                .filter(STATUSES::contains)
                .orElse(0);
    }

    private static Component filter(Visit visit, int status) {
        var select = new Select<Integer>();
        select.setLabel(say("refusals.kind"));
        select.setItems(STATUSES);
        select.setItemLabelGenerator(
                item -> item == 0 ? say("usage.all") : say("refusals.kind." + item));
        select.setValue(status);
        select.addValueChangeListener(
                change -> UI.getCurrent().navigate(address(visit, change.getValue(), "")));
        var row = new Div(select);
        row.addClassName("filters");
        return row;
    }

    private static Component rows(
            Visit visit,
            int status,
            Optional<String> after,
            List<RefusedRequest> page,
            Figures figures) {
        if (page.isEmpty() && after.isPresent()) {
            return EmptyState.behindTheEnd(address(visit, status, ""));
        }
        if (page.isEmpty()) {
            return new EmptyState(
                    say("refusals.none"),
                    say("refusals.none.text"),
                    Buttons.plainLink(visit.path("usage"), say("nav.usage")));
        }
        return new Table<RefusedRequest>(say("refusals.title"))
                .column(say("usage.time"), row -> new When(row.lastAt(), figures))
                .number(say("refusals.count"), row -> figures.number(row.count()))
                .column(say("refusals.cause"), RefusalsView::cause)
                .text(
                        say("refusals.cure"),
                        row -> RefusalWords.of(row.cause()).cure().in(Messages.locale()))
                .text(say("usage.key"), RefusalsView::by)
                .optional()
                .text(say("models.model"), row -> row.cause().model())
                .optional()
                .column(say("refusals.request"), RefusalsView::request)
                .optional()
                .rows(page);
    }

    private static Component cause(RefusedRequest row) {
        var words = new Div(new Span(RefusalWords.of(row.cause()).cause().in(Messages.locale())));
        row.explanation()
                .ifPresent(
                        said -> {
                            var more = new Div(Names.policyVersion(said.in(Messages.locale())));
                            more.addClassName("quiet-line");
                            words.add(more);
                        });
        return words;
    }

    private static Component request(RefusedRequest row) {
        var id = new Span(row.requestId());
        id.addClassName("mono");
        return id;
    }

    private static String by(RefusedRequest row) {
        return row.keyName().isBlank() ? say("receipt.by-portal") : row.keyName();
    }

    private static Component pager(
            Visit visit,
            int status,
            Optional<String> after,
            List<RefusedRequest> page,
            boolean more) {
        var pager = new Div();
        pager.addClassName("pager");
        if (after.isPresent() && !page.isEmpty()) {
            pager.add(Buttons.plainLink(address(visit, status, ""), say("refusals.newest")));
        }
        if (more) {
            pager.add(
                    Buttons.plainLink(
                            address(visit, status, page.getLast().id()), say("action.older")));
        }
        return pager;
    }

    private static String address(Visit visit, int status, String after) {
        var query =
                (status == 0 ? "" : "&status=" + status)
                        + (after.isEmpty() ? "" : "&after=" + after);
        return visit.path(query.isEmpty() ? "refusals" : "refusals?" + query.substring(1));
    }
}
