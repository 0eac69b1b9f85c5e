package org.allodium.portal.usage;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.select.Select;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import com.vaadin.flow.server.streams.DownloadHandler;
import com.vaadin.flow.server.streams.DownloadResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Usage;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.ListPage;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.SpendChart;
import org.allodium.portal.parts.SpendSeries;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.serving.ModelListing;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Project;

/// The project's requests, or all of the organisation's, newest first. Filters and page are in the
/// address.
@CdiComponent
@Route(value = Place.ORGANISATION + "usage", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "usage", layout = MainLayout.class)
@SeenBy(value = SeenBy.Audience.ORGANISATION, needs = Permission.SEE_USAGE)
public class UsageView extends Sheet implements AfterNavigationObserver {
    private static final int CHART_DAYS = 30;
    private static final List<Integer> SPANS = List.of(0, 1, 7, 30, 90);

    @Inject Visits visits;
    @Inject Usage usage;
    @Inject Residency residency;
    @Inject ModelListing listing;

    public UsageView() {
        super(say("usage.title"), say("usage.lead"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var visit = visits.at(event.getLocation());
        var tenant = visit.requireTenant().id();
        var project = visit.project().map(Project::id);
        lead(shown(visit) + " " + say("usage.lead"));
        var figures = visits.figures();
        var filter = UsageFilter.of(event.getLocation().getQueryParameters());
        var search =
                new RequestSearch(
                        (offset, limit) -> usage.requests(tenant, project, offset, limit));
        var found = search.page(filter, figures.now());
        actions(export(search, filter, figures));
        IntFunction<String> address = number -> visit.path(filter.onPage(number).address());
        show(
                chart(visit, figures),
                new Card(
                        say("usage.requests"),
                        filters(visit, filter),
                        found.content(
                                rows -> new RequestTable(rows, visit, figures, residency),
                                () -> none(visit),
                                address),
                        pager(found, address)));
    }

    private static String shown(Visit visit) {
        return visit.project()
                .map(project -> say("usage.of-project", project.name()))
                .orElseGet(() -> say("usage.of-organisation", visit.requireTenant().name()));
    }

    private Component chart(Visit visit, Figures figures) {
        var today = LocalDate.ofInstant(figures.now(), ZoneOffset.UTC);
        var from = today.minusDays(CHART_DAYS - 1L);
        var daily =
                usage.daily(
                        visit.requireTenant().id(),
                        visit.project().map(Project::id),
                        from.atStartOfDay().toInstant(ZoneOffset.UTC),
                        today.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC));
        var series = new SpendSeries(from, today, daily);
        var card = new Card(say("home.payers"));
        card.setVisible(!series.isEmpty());
        card.add(new SpendChart(say("home.payers"), series, figures));
        return card;
    }

    private static EmptyState none(Visit visit) {
        return visit.may(Permission.CALL_MODELS)
                ? new EmptyState(
                        say("usage.none"),
                        say("usage.none.text"),
                        Buttons.plainLink(visit.projectPath("playground"), say("home.playground")))
                : new EmptyState(say("usage.none"), say("usage.none.text"));
    }

    private Component filters(Visit visit, UsageFilter filter) {
        var models = listing.all().stream().map(entry -> entry.model().name()).toList();
        var row =
                new Div(
                        select(
                                say("models.model"),
                                filter.model(),
                                models,
                                model -> go(visit, filter.ofModel(model))),
                        spans(visit, filter));
        row.addClassName("filters");
        return row;
    }

    private static Select<String> select(
            String label, String value, List<String> values, Consumer<String> choice) {
        var select = new Select<String>();
        select.setLabel(label);
        select.setItems(Stream.concat(Stream.of(""), values.stream()).distinct().toList());
        select.setItemLabelGenerator(item -> item.isEmpty() ? say("usage.all") : item);
        select.setValue(values.contains(value) ? value : "");
        select.addValueChangeListener(change -> choice.accept(change.getValue()));
        return select;
    }

    private static Select<Integer> spans(Visit visit, UsageFilter filter) {
        var select = new Select<Integer>();
        select.setLabel(say("usage.span"));
        select.setItems(SPANS);
        select.setItemLabelGenerator(
                days -> days == 0 ? say("usage.span.all") : say("usage.span.days", days));
        select.setValue(SPANS.contains(filter.days()) ? filter.days() : 0);
        select.addValueChangeListener(change -> go(visit, filter.ofDays(change.getValue())));
        return select;
    }

    private static void go(Visit visit, UsageFilter filter) {
        UI.getCurrent().navigate(visit.path(filter.address()));
    }

    private static Component pager(ListPage<SettledRequest> page, IntFunction<String> address) {
        var pager = page.pager(address);
        if (!page.rows().isEmpty()) {
            var first = page.number() * ListPage.SIZE + 1;
            pager.addComponentAsFirst(
                    new Span(say("usage.range", first, first + page.rows().size() - 1)));
        }
        return pager;
    }

    private static Anchor export(RequestSearch search, UsageFilter filter, Figures figures) {
        var handler =
                DownloadHandler.fromInputStream(
                        event -> {
                            var text = new StringBuilder(UsageCsv.HEADER);
                            search.each(
                                    filter,
                                    figures.now(),
                                    (SettledRequest row) -> text.append(UsageCsv.line(row)));
                            var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                            return new DownloadResponse(
                                    new ByteArrayInputStream(bytes),
                                    "usage.csv",
                                    "text/csv",
                                    bytes.length);
                        });
        var anchor = new Anchor(handler, say("usage.export"));
        anchor.addClassName("btn");
        return anchor;
    }
}
