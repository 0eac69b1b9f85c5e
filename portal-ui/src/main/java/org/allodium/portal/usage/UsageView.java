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
import com.vaadin.flow.server.streams.DownloadHandler;
import com.vaadin.flow.server.streams.DownloadResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Usage;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.SpendChart;
import org.allodium.portal.parts.SpendSeries;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.serving.ModelListing;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.TenantId;

/// The organisation's requests, newest first. Filters and page are in the address.
@CdiComponent
@Route(value = "usage", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.ORGANISATION)
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
        var visit = visits.current();
        var tenant = visit.requireTenant().id();
        var figures = visits.figures();
        var filter = UsageFilter.of(event.getLocation().getQueryParameters());
        var search = new RequestSearch((offset, limit) -> usage.requests(tenant, offset, limit));
        var found = search.page(filter, figures.now());
        actions(export(search, filter, figures));
        var projects = visit.projects().stream().map(Project::name).toList();
        var content =
                new Card(say("usage.requests"), filters(filter, projects), rows(found, figures));
        content.add(pager(filter, found));
        show(chart(tenant, figures), content);
    }

    private Component chart(TenantId tenant, Figures figures) {
        var today = LocalDate.ofInstant(figures.now(), ZoneOffset.UTC);
        var from = today.minusDays(CHART_DAYS - 1L);
        var daily =
                usage.daily(
                        tenant,
                        from.atStartOfDay().toInstant(ZoneOffset.UTC),
                        today.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC));
        var series = new SpendSeries(from, today, daily);
        var card = new Card(say("home.payers"));
        card.setVisible(!series.isEmpty());
        card.add(new SpendChart(say("home.payers"), series, figures));
        return card;
    }

    private Component rows(RequestSearch.Found found, Figures figures) {
        if (!found.rows().isEmpty()) {
            return new RequestTable(found.rows(), figures, residency);
        }
        return new EmptyState(
                say("usage.none"),
                say("usage.none.text"),
                Buttons.plainLink("playground", say("home.playground")));
    }

    private Component filters(UsageFilter filter, List<String> projects) {
        var models = listing.all().stream().map(entry -> entry.model().name()).toList();
        var row =
                new Div(
                        select(say("shell.project"), filter.project(), projects, filter::ofProject),
                        select(say("models.model"), filter.model(), models, filter::ofModel),
                        spans(filter));
        row.addClassName("filters");
        return row;
    }

    private static Select<String> select(
            String label, String value, List<String> values, Function<String, UsageFilter> choice) {
        var select = new Select<String>();
        select.setLabel(label);
        select.setItems(Stream.concat(Stream.of(""), values.stream()).distinct().toList());
        select.setItemLabelGenerator(item -> item.isEmpty() ? say("usage.all") : item);
        select.setValue(values.contains(value) ? value : "");
        select.addValueChangeListener(change -> go(choice.apply(change.getValue())));
        return select;
    }

    private static Select<Integer> spans(UsageFilter filter) {
        var select = new Select<Integer>();
        select.setLabel(say("usage.span"));
        select.setItems(SPANS);
        select.setItemLabelGenerator(
                days -> days == 0 ? say("usage.span.all") : say("usage.span.days", days));
        select.setValue(SPANS.contains(filter.days()) ? filter.days() : 0);
        select.addValueChangeListener(change -> go(filter.ofDays(change.getValue())));
        return select;
    }

    private static void go(UsageFilter filter) {
        UI.getCurrent().navigate(filter.address());
    }

    private static Component pager(UsageFilter filter, RequestSearch.Found found) {
        var pager = new Div();
        pager.addClassName("pager");
        if (!found.rows().isEmpty()) {
            var first = filter.page() * RequestSearch.PAGE + 1;
            pager.add(new Span(say("usage.range", first, first + found.rows().size() - 1)));
        }
        if (filter.page() > 0) {
            pager.add(
                    Buttons.plainLink(
                            filter.onPage(filter.page() - 1).address(), say("action.newer")));
        }
        if (found.more()) {
            pager.add(
                    Buttons.plainLink(
                            filter.onPage(filter.page() + 1).address(), say("action.older")));
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
