package org.allodium.portal.home;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.Route;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
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
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.staff.DeskView;
import org.allodium.portal.text.Figures;
import org.allodium.serving.ModelListing;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Project;

/// The overview of an organisation's work.
@CdiComponent
@Route(value = "home", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.SIGNED_IN)
public class HomeView extends Sheet implements BeforeEnterObserver, AfterNavigationObserver {
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
    public void beforeEnter(BeforeEnterEvent event) {
        var visit = visits.current();
        if (visit.atStaffDesk()) {
            event.forwardTo(DeskView.class);
        } else if (visit.tenant().isEmpty()) {
            event.forwardTo("found");
        }
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var visit = visits.current();
        if (visit.tenant().isEmpty()) {
            return;
        }
        var figures = visits.figures();
        var tenant = visit.requireTenant();
        var models = usable.of(visit);
        title(visit.project().map(Project::name).orElse(tenant.name()));
        lead(
                say("home.lead", models.size())
                        + " "
                        + ReachWords.of(residency.reach(tenant.id().value())));
        var blocks = new ArrayList<Component>();
        var today = LocalDate.ofInstant(figures.now(), ZoneOffset.UTC);
        var from = today.minusDays(CHART_DAYS - 1L);
        var daily =
                usage.daily(
                        tenant.id(),
                        from.atStartOfDay().toInstant(ZoneOffset.UTC),
                        today.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC));
        var numbers = new HomeFigures(grants.outlook(tenant.id()), daily, figures.now(), today);
        blocks.add(cards(visit, numbers, figures));
        var payers = payers(new SpendSeries(from, today, daily), figures);
        blocks.add(visit.mayCallModels() ? Card.row("c2", payers, call(models)) : payers);
        blocks.add(new Card(say("models.usable"), modelTable(models, figures)));
        usage.requests(tenant.id(), 0, 1)
                .forEach(
                        request -> blocks.add(new ReceiptCard(request, visit, figures, residency)));
        show(blocks.toArray(Component[]::new));
    }

    private Component cards(Visit visit, HomeFigures numbers, Figures figures) {
        return Card.row(
                "c4",
                left(numbers, figures),
                pace(numbers, figures),
                today(numbers, figures),
                needsYou(visit, numbers, figures));
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
        var card = new KeyFigure(say("home.left"), figures.amount(numbers.left()), "EUR", context);
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
                                        lapses.isEmpty() ? say("home.pace.none") : context));
    }

    private static KeyFigure lasting(long days, String context, Figures figures) {
        return days > MANY_DAYS
                ? new KeyFigure(say("home.pace"), "> 3", say("home.pace.years"), context)
                : new KeyFigure(
                        say("home.pace"),
                        figures.number(days),
                        say("home.pace.days", days),
                        context);
    }

    private static Component today(HomeFigures numbers, Figures figures) {
        return new KeyFigure(
                say("home.today"),
                figures.compact(numbers.tokensToday()),
                say("unit.tokens"),
                figures.money(numbers.costToday()));
    }

    private Component needsYou(Visit visit, HomeFigures numbers, Figures figures) {
        var points = attention.of(visit, numbers, figures);
        return new KeyFigure(
                say("home.needs"),
                figures.number(points.size()),
                "",
                points.isEmpty() ? say("home.needs.nothing") : String.join(" · ", points));
    }

    private static Card payers(SpendSeries series, Figures figures) {
        return new Card(
                say("home.payers"),
                series.isEmpty()
                        ? new EmptyState(say("home.payers.none"), say("home.payers.none.text"))
                        : new SpendChart(say("home.payers"), series, figures));
    }

    private Card call(List<ModelListing.Entry> models) {
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
                        Buttons.primaryLink("keys", say("keys.new")),
                        Buttons.plainLink("playground", say("home.playground")));
        actions.addClassName("actions");
        card.add(actions);
        return card;
    }

    private static Component modelTable(List<ModelListing.Entry> models, Figures figures) {
        return models.isEmpty()
                ? new EmptyState(
                        say("models.none-usable"),
                        say("models.none-usable.text"),
                        Buttons.plainLink("policy", say("nav.policy")))
                : new ModelTable(models, figures);
    }
}
