package org.allodium.portal.receipts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteAlias;
import com.vaadin.flow.server.streams.DownloadHandler;
import com.vaadin.flow.server.streams.DownloadResponse;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.billing.Budgets;
import org.allodium.corpus.Corpora;
import org.allodium.corpus.Passage;
import org.allodium.evidence.ProvenReceipt;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.ReceiptVerifier;
import org.allodium.evidence.Receipts;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.CodeBlock;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.PropertyList;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.SplitBar;
import org.allodium.portal.parts.Table;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.Residency;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// One receipt: the way of the request, the decision, who paid, the proof and the text itself.
@CdiComponent
@Route(value = Place.ORGANISATION + "receipts/:id", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "receipts/:id", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.ORGANISATION)
public class ReceiptView extends Sheet implements BeforeEnterObserver, AfterNavigationObserver {
    // A receipt is written right after its answer; a reader who follows the link at once waits for
    // it.
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final JsonMapper INDENTED =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Inject Visits visits;
    @Inject Receipts receipts;
    @Inject Budgets budgets;
    @Inject Residency residency;

    private String id = "";

    public ReceiptView() {
        super(say("receipt.title"));
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        id = event.getRouteParameters().get("id").orElse("");
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var visit = visits.at(event.getLocation());
        var tenant = visit.requireTenant().id();
        var settled = budgets.awaitSettled(tenant, id, PATIENCE);
        var signed = receipts.find(tenant.value(), id).orElseThrow(NotFoundException::new);
        var figures = visits.figures();
        var receipt = signed.receipt();
        lead(figures.exact(signed.at()));
        var way = new Card(say("receipt.way"));
        settled.ifPresent(
                request -> {
                    var place = residency.place(new PoolId(request.pool())).orElse(null);
                    way.add(ReceiptCard.hops(request, visit, figures, place));
                    if (!request.payments().isEmpty()) {
                        way.add(new SplitBar(request.payments(), figures));
                    }
                });
        way.add(verified(signed));
        var blocks = new ArrayList<Component>();
        blocks.add(way);
        blocks.add(Card.row("half", facts(receipt, figures), decision(receipt.decision())));
        signed.place().ifPresent(place -> blocks.add(proof(place, figures)));
        blocks.add(document(signed));
        show(blocks.toArray(Component[]::new));
    }

    private Component verified(ProvenReceipt receipt) {
        var outcome =
                ReceiptVerifier.verify(
                        receipt.document().getBytes(StandardCharsets.UTF_8), receipts.jwks());
        var chip =
                switch (outcome) {
                    case ReceiptVerifier.Outcome.Valid valid when valid.place().isPresent() ->
                            new Chip(say("receipt.proven"), Chip.Tone.GOOD);
                    case ReceiptVerifier.Outcome.Valid _ ->
                            new Chip(say("receipt.verified"), Chip.Tone.GOOD);
                    case ReceiptVerifier.Outcome.Invalid invalid ->
                            new Chip(say("receipt.not-verified", invalid.reason()), Chip.Tone.BAD);
                };
        var line = new Div(chip, new Span(say("receipt.verify-yourself")));
        line.addClassNames("actions", "d");
        return line;
    }

    private static Card facts(Receipt receipt, Figures figures) {
        var model = receipt.request().model();
        var making = receipt.making();
        var usage = receipt.bill().usage();
        var facts =
                new PropertyList()
                        .property(say("receipt.id"), mono(receipt.request().id()))
                        .property(say("models.model"), model.name())
                        .property(say("receipt.digest"), mono(model.digest()))
                        .property(say("models.openness"), Names.openness(model.openness()))
                        .property(
                                say("receipt.place"),
                                making.site().map(at -> at.place().facility()).orElse(""))
                        .property(
                                say("playground.operator"),
                                making.site().map(ReceiptView::operator).orElse(""))
                        .property(say("receipt.key"), key(receipt.request().caller()))
                        .property(
                                say("receipt.tokens"),
                                say(
                                        "receipt.tokens.in-out",
                                        figures.number(usage.inputTokens()),
                                        figures.number(usage.outputTokens())));
        making.site()
                .flatMap(Receipt.Site::computing)
                .ifPresent(with -> facts.property(say("receipt.computing"), computing(with)));
        making.retrieval()
                .ifPresent(
                        retrieval -> {
                            facts.property(say("receipt.retrieval"), retrieval(retrieval, figures));
                            facts.property(say("receipt.retrieval.passages"), passages(retrieval));
                        });
        facts.property(say("receipt.cost"), figures.exact(receipt.bill().cost()));
        if (making.delivery().filter("unknown"::equals).isPresent()) {
            facts.property(say("receipt.delivery"), say("receipt.delivery.unknown"));
        }
        return new Card(say("receipt.facts"), facts);
    }

    /// In the names that the engine gives to its kernels, in every language.
    static String computing(Receipt.Computing with) {
        return Stream.of(
                        Optional.of(with.kernel()),
                        with.instructionSet(),
                        Optional.of(with.precision()))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
    }

    /// Who read the request to look passages up.
    static String retrieval(Receipt.Retrieval retrieval, Figures figures) {
        return say(
                "receipt.retrieval.by",
                retrieval.encoder().name(),
                retrieval.site().place().facility(),
                operator(retrieval.site()),
                figures.number(retrieval.tokens()));
    }

    private static Component passages(Receipt.Retrieval retrieval) {
        if (retrieval.passages().isEmpty()) {
            return new Span(say("receipt.retrieval.none"));
        }
        var links = new Div();
        for (var address : retrieval.passages()) {
            var link = new Anchor(address, heading(retrieval.corpus(), address));
            // The browser goes to a passage by itself.
            link.setRouterIgnore(true);
            links.add(new Div(link));
        }
        return links;
    }

    /// As the corpus has it now; a passage that has gone since keeps its address alone.
    static String heading(String corpus, String address) {
        return Corpora.find(corpus).stream()
                .flatMap(found -> found.passages().stream())
                .filter(passage -> passage.address().equals(address))
                .map(Passage::heading)
                .findFirst()
                .orElse(address);
    }

    /// As it was when the answer was made, whatever is on record now.
    static String operator(Receipt.Site site) {
        return Names.operator(
                site.operator().name(), site.operator().country(), site.place().controlledFrom());
    }

    private static String key(Receipt.Caller caller) {
        return caller.keyName().isEmpty() ? say("receipt.by-portal") : caller.keyName();
    }

    private Card decision(Receipt.Decision decision) {
        var facts =
                new PropertyList()
                        .property(say("nav.policy"), Names.policyVersion(decision.policy()))
                        .property(say("receipt.policy-hash"), mono(decision.policyHash()))
                        .property(say("receipt.fact-snapshot"), mono(decision.factSnapshot()));
        var verdicts =
                new Table<Receipt.Verdict>(say("receipt.verdicts"))
                        .column(say("receipt.place"), verdict -> place(verdict.pool()))
                        .column(say("receipt.verdict"), ReceiptView::verdict)
                        .rows(decision.verdicts());
        return new Card(say("receipt.decision"), facts, verdicts);
    }

    private Component place(String pool) {
        return residency
                .place(new PoolId(pool))
                .<Component>map(PlaceTag::new)
                .orElseGet(() -> new Span(pool));
    }

    private static Component verdict(Receipt.Verdict verdict) {
        return verdict.eligible()
                ? new Chip(say("receipt.permitted"), Chip.Tone.GOOD)
                : new Chip(
                        say("receipt.barred", String.join(", ", verdict.failed())), Chip.Tone.BAD);
    }

    /// The log's own words can be copied, for whoever compares them with what others were given.
    private static Card proof(ProvenReceipt.Place place, Figures figures) {
        var facts =
                new PropertyList()
                        .property(
                                say("receipt.proof.place"),
                                say(
                                        "receipt.proof.place-of",
                                        figures.number(place.proof().index()),
                                        figures.number(place.size())))
                        .property(say("receipt.proof.closed"), figures.exact(place.closed()))
                        .property(say("receipt.proof.read"), figures.exact(place.firstRead()));
        return new Card(say("receipt.proof"), facts, new CodeBlock(place.proof().checkpoint()));
    }

    private static Card document(ProvenReceipt receipt) {
        var actions =
                new Div(
                        download(
                                receipt.document(),
                                receipt.id() + ".json",
                                say("receipt.download.json")));
        // Of a receipt in the log, the signature alone proves nothing.
        if (receipt.place().isEmpty()) {
            actions.add(
                    download(receipt.jws(), receipt.id() + ".jws", say("receipt.download.jws")));
        }
        actions.addClassName("actions");
        return new Card(say("receipt.document"), new CodeBlock(pretty(receipt.payload())), actions);
    }

    static String pretty(String payload) {
        return INDENTED.writeValueAsString(INDENTED.readTree(payload));
    }

    private static Anchor download(String content, String name, String text) {
        var bytes = content.getBytes(StandardCharsets.UTF_8);
        var handler =
                DownloadHandler.fromInputStream(
                        request ->
                                new DownloadResponse(
                                        new ByteArrayInputStream(bytes),
                                        name,
                                        "application/octet-stream",
                                        bytes.length));
        var anchor = new Anchor(handler, text);
        anchor.addClassName("btn");
        return anchor;
    }

    private static Span mono(String text) {
        var span = new Span(text);
        span.addClassName("mono");
        return span;
    }
}
