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
import org.allodium.billing.Budgets;
import org.allodium.corpus.Corpora;
import org.allodium.corpus.Passage;
import org.allodium.evidence.ReceiptVerifier;
import org.allodium.evidence.Receipts;
import org.allodium.evidence.SignedReceipt;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.CodeBlock;
import org.allodium.portal.parts.Facts;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.parts.SplitBar;
import org.allodium.portal.parts.Table;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visits;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Words;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.Residency;

/// One receipt: the way of the request, the decision, who paid, and the signed text itself.
@CdiComponent
@Route(value = Place.ORGANISATION + "receipts/:id", layout = MainLayout.class)
@RouteAlias(value = Place.PROJECT + "receipts/:id", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.ORGANISATION)
public class ReceiptView extends Sheet implements BeforeEnterObserver, AfterNavigationObserver {
    // A receipt is written right after its answer; a reader who follows the link at once waits for
    // it.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

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
        var receipt = receipts.find(tenant.value(), id).orElseThrow(NotFoundException::new);
        var figures = visits.figures();
        var story = ReceiptStory.of(receipt);
        lead(figures.exact(receipt.at()));
        var way = new Card(say("receipt.way"));
        settled.ifPresent(
                request -> {
                    var place = residency.place(new PoolId(request.pool())).orElse(null);
                    way.add(ReceiptCard.hops(request, visit, figures, place));
                    if (!request.payments().isEmpty()) {
                        way.add(new SplitBar(request.payments(), figures));
                    }
                });
        way.add(verified(receipt));
        var blocks = new ArrayList<Component>();
        blocks.add(way);
        blocks.add(Card.row("half", facts(story, figures), decision(story)));
        blocks.add(document(receipt));
        show(blocks.toArray(Component[]::new));
    }

    private Component verified(SignedReceipt receipt) {
        var outcome =
                ReceiptVerifier.verify(
                        receipt.jws().getBytes(StandardCharsets.UTF_8), receipts.jwks());
        var chip =
                switch (outcome) {
                    case ReceiptVerifier.Outcome.Valid _ ->
                            new Chip(say("receipt.verified"), Chip.Tone.GOOD);
                    case ReceiptVerifier.Outcome.Invalid invalid ->
                            new Chip(say("receipt.not-verified", invalid.reason()), Chip.Tone.BAD);
                };
        var line = new Div(chip, new Span(say("receipt.verify-yourself")));
        line.addClassNames("actions", "d");
        return line;
    }

    private static Card facts(ReceiptStory story, Figures figures) {
        var facts =
                new Facts()
                        .fact(say("receipt.id"), mono(story.text("id")))
                        .fact(say("models.model"), story.text("model", "name"))
                        .fact(say("receipt.digest"), mono(story.text("model", "digest")))
                        .fact(
                                say("models.openness"),
                                Words.openness(story.text("model", "openness")))
                        .fact(say("receipt.place"), story.text("place", "facility"))
                        .fact(say("playground.operator"), operator(story))
                        .fact(say("receipt.key"), key(story))
                        .fact(
                                say("receipt.tokens"),
                                say(
                                        "receipt.tokens.in-out",
                                        figures.number(story.number("usage", "input_tokens")),
                                        figures.number(story.number("usage", "output_tokens"))));
        if (!story.text("retrieval", "corpus").isEmpty()) {
            facts.fact(say("receipt.retrieval"), retrieval(story, figures));
            facts.fact(say("receipt.retrieval.passages"), passages(story));
        }
        story.cost().ifPresent(cost -> facts.fact(say("receipt.cost"), figures.exact(cost)));
        if (story.text("delivery").equals("unknown")) {
            facts.fact(say("receipt.delivery"), say("receipt.delivery.unknown"));
        }
        return new Card(say("receipt.facts"), facts);
    }

    /// Who read the request to look passages up.
    static String retrieval(ReceiptStory story, Figures figures) {
        return say(
                "receipt.retrieval.by",
                story.text("retrieval", "encoder", "name"),
                story.text("retrieval", "place", "facility"),
                Words.operator(
                        story.text("retrieval", "operator", "name"),
                        story.text("retrieval", "operator", "country"),
                        story.text("retrieval", "place", "controlled_from")),
                figures.number(story.number("retrieval", "tokens")));
    }

    private static Component passages(ReceiptStory story) {
        var addresses = story.texts("retrieval", "passages");
        if (addresses.isEmpty()) {
            return new Span(say("receipt.retrieval.none"));
        }
        var links = new Div();
        for (var address : addresses) {
            var link = new Anchor(address, heading(story.text("retrieval", "corpus"), address));
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
    static String operator(ReceiptStory story) {
        return Words.operator(
                story.text("operator", "name"),
                story.text("operator", "country"),
                story.text("place", "controlled_from"));
    }

    private static String key(ReceiptStory story) {
        var name = story.text("key_name");
        return name.isEmpty() ? say("receipt.by-portal") : name;
    }

    private Card decision(ReceiptStory story) {
        var facts =
                new Facts()
                        .fact(
                                say("nav.policy"),
                                Words.policyVersion(story.text("decision", "policy")))
                        .fact(
                                say("receipt.policy-hash"),
                                mono(story.text("decision", "policy_hash")))
                        .fact(
                                say("receipt.fact-snapshot"),
                                mono(story.text("decision", "fact_snapshot")));
        var verdicts =
                new Table<ReceiptStory.Verdict>(say("receipt.verdicts"))
                        .column(say("receipt.place"), verdict -> place(verdict.pool()))
                        .column(say("receipt.verdict"), ReceiptView::verdict)
                        .rows(story.verdicts());
        return new Card(say("receipt.decision"), facts, verdicts);
    }

    private Component place(String pool) {
        return residency
                .place(new PoolId(pool))
                .<Component>map(PlaceTag::new)
                .orElseGet(() -> new Span(pool));
    }

    private static Component verdict(ReceiptStory.Verdict verdict) {
        return verdict.eligible()
                ? new Chip(say("receipt.permitted"), Chip.Tone.GOOD)
                : new Chip(
                        say("receipt.barred", String.join(", ", verdict.failed())), Chip.Tone.BAD);
    }

    private static Card document(SignedReceipt receipt) {
        var jws = download(receipt.jws(), receipt.id() + ".jws", say("receipt.download.jws"));
        var json =
                download(
                        Receipts.document(receipt),
                        receipt.id() + ".json",
                        say("receipt.download.json"));
        var actions = new Div(json, jws);
        actions.addClassName("actions");
        return new Card(
                say("receipt.document"), new CodeBlock(ReceiptStory.pretty(receipt)), actions);
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
