package org.allodium.portal.home;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.Grants;
import org.allodium.billing.Usage;
import org.allodium.portal.models.ModelTable;
import org.allodium.portal.models.PortalAddress;
import org.allodium.portal.models.ReachWords;
import org.allodium.portal.models.Snippets;
import org.allodium.portal.models.UsableModels;
import org.allodium.portal.parts.Bar;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.CodeBlock;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.KeyFigure;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.SpendChart;
import org.allodium.portal.parts.SpendSeries;
import org.allodium.portal.receipts.ReceiptCard;
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
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;

/// The overview of an organisation's work.
@CdiComponent
@Route(value = Place.ORGANISATION + "home", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "home", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.ORGANISATION)
public class HomeView extends Sheet implements AfterNavigationObserver {
    private static final int CHART_DAYS = 30;
    // No grant runs longer.
    private static final int MANY_DAYS = 3 * 365;

    @Inject Visits visits;
    @Inject Grants grants;
    @Inject Usage usage;
    @Inject Residency residency;
    @Inject UsableModels usable;
    @Inject PortalAddress address;
    @Inject Attention attention;

    public HomeView() {
        super(say("nav.home"));
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var visit = visits.at(event.getLocation());
        var figures = visits.figures();
        var tenant = visit.requireTenant();
        var models = usable.of(visit);
        title(visit.project().map(Project::name).orElse(tenant.name()));
        var reach = ReachWords.of(residency.reach(tenant.id()));
        lead(
                visit.may(Permission.CALL_MODELS)
                        ? say("home.lead", models.size()) + " " + reach
                        : reach);
        var blocks = new ArrayList<Component>();
        var today = LocalDate.ofInstant(figures.now(), ZoneOffset.UTC);
        var from = today.minusDays(CHART_DAYS - 1L);
        var project = visit.project().map(Project::id);
        var outlook = grants.outlook(tenant.id());
        var all = daily(tenant.id(), Optional.empty(), from, today);
        var here = project.isEmpty() ? all : daily(tenant.id(), project, from, today);
        var numbers = new HomeFigures(outlook, all, figures.now(), today);
        blocks.add(
                Card.row(
                        "c4",
                        left(numbers, figures),
                        pace(numbers, figures),
                        today(visit, new HomeFigures(outlook, here, figures.now(), today), figures),
                        needsYou(visit, numbers, figures)));
        var payers = payers(visit, new SpendSeries(from, today, here), figures);
        if (visit.may(Permission.CALL_MODELS)) {
            blocks.add(Card.row("c2", payers, call(visit, models)));
            blocks.add(new Card(say("models.usable"), modelTable(visit, models, figures)));
        } else {
            blocks.add(payers);
        }
        usage.requests(tenant.id(), project, 0, 1)
                .forEach(
                        request -> blocks.add(new ReceiptCard(request, visit, figures, residency)));
        show(blocks.toArray(Component[]::new));
    }

    private List<Usage.DailySpend> daily(
            TenantId tenant, Optional<ProjectId> project, LocalDate from, LocalDate today) {
        return usage.daily(
                tenant,
                project,
                from.atStartOfDay().toInstant(ZoneOffset.UTC),
                today.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC));
    }

    // Grants pay for every project: what is left of them is never one project's.
    private static String ofAll(String context) {
        return say("home.scope.organisation") + " · " + context;
    }

    private static String here(Visit visit) {
        return visit.project()
                .map(project -> say("home.scope.project", project.name()))
                .orElse(say("home.scope.organisation"));
    }

    private static Component left(HomeFigures numbers, Figures figures) {
        var context =
                numbers.nextLastDay()
                        .map(
                                end ->
                                        say(
                                                "home.left.of",
                                                figures.amount(numbers.granted()),
                                                figures.date(end)))
                        .orElse(say("home.left.none"));
        var card =
                new KeyFigure(
                        say("home.left"), figures.amount(numbers.left()), "EUR", ofAll(context));
        if (!numbers.running().isEmpty()) {
            var bar =
                    new Bar(
                            numbers.granted().amount(),
                            List.of(numbers.spent().amount(), numbers.reserved().amount()),
                            say(
                                    "home.left.bar",
                                    figures.money(numbers.spent()),
                                    figures.money(numbers.reserved())));
            card.add(bar);
        }
        return card;
    }

    private static Component pace(HomeFigures numbers, Figures figures) {
        var lapses = GrantWords.lapses(numbers.outlook(), figures);
        var context = lapses.isEmpty() ? say("home.pace.no-lapse") : String.join(" · ", lapses);
        return numbers.daysLeft()
                .map(days -> lasting(days, context, figures))
                .orElseGet(
                        () ->
                                new KeyFigure(
                                        say("home.pace"),
                                        "–",
                                        "",
                                        ofAll(lapses.isEmpty() ? say("home.pace.none") : context)));
    }

    private static KeyFigure lasting(long days, String context, Figures figures) {
        return days > MANY_DAYS
                ? new KeyFigure(say("home.pace"), "> 3", say("home.pace.years"), ofAll(context))
                : new KeyFigure(
                        say("home.pace"),
                        figures.number(days),
                        say("home.pace.days", days),
                        ofAll(context));
    }

    private static Component today(Visit visit, HomeFigures numbers, Figures figures) {
        return new KeyFigure(
                say("home.today"),
                figures.compact(numbers.tokensToday()),
                say("unit.tokens"),
                here(visit) + " · " + figures.money(numbers.costToday()));
    }

    private Component needsYou(Visit visit, HomeFigures numbers, Figures figures) {
        var points = attention.of(visit, numbers, figures);
        return new KeyFigure(
                say("home.needs"),
                figures.number(points.size()),
                "",
                points.isEmpty() ? say("home.needs.nothing") : String.join(" · ", points));
    }

    private static Card payers(Visit visit, SpendSeries series, Figures figures) {
        return new Card(
                say("home.payers") + " · " + here(visit),
                series.isEmpty()
                        ? new EmptyState(say("home.payers.none"), say("home.payers.none.text"))
                        : new SpendChart(say("home.payers"), series, figures));
    }

    private Card call(Visit visit, List<ModelListing.Entry> models) {
        var card = new Card(say("home.call"));
        var first = UsableModels.first(models);
        first.ifPresent(
                model ->
                        card.add(
                                new CodeBlock(
                                        Snippets.of(
                                                        address.url(),
                                                        model.model().name(),
                                                        "$ALLODIUM_KEY")
                                                .curl())));
        var actions =
                new Div(
                        Buttons.primaryLink(visit.projectPath("keys"), say("keys.new")),
                        Buttons.plainLink(visit.projectPath("playground"), say("home.playground")));
        actions.addClassName("actions");
        card.add(actions);
        return card;
    }

    private static Component modelTable(
            Visit visit, List<ModelListing.Entry> models, Figures figures) {
        return models.isEmpty()
                ? new EmptyState(
                        say("models.none-usable"),
                        say("models.none-usable.text"),
                        Buttons.plainLink(visit.path("policy"), say("nav.policy")))
                : new ModelTable(models, figures);
    }
}
