package org.allodium.portal.playground;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import java.util.Optional;
import org.allodium.billing.SettledRequest;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.PlaceTag;
import org.allodium.portal.parts.PropertyList;
import org.allodium.portal.parts.SplitBar;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;
import org.allodium.serving.AnswerStart;

/// Beside an answer: model, place, operator, policy; once settled, tokens, price and who paid.
final class AnswerFacts extends Div {
    private Optional<AnswerStart> shown = Optional.empty();
    private final Div money = new Div();

    private Visit visit = Visit.anonymous();

    AnswerFacts() {
        addClassName("stack");
        money.addClassName("stack");
        getElement().setAttribute("aria-live", "polite");
        clear();
    }

    /// For whom the receipt is opened.
    void of(Visit visit) {
        this.visit = visit;
    }

    void clear() {
        reset(say("playground.beside.none"));
    }

    void waiting(String model) {
        reset(say("playground.beside.waiting", model));
    }

    private void reset(String text) {
        shown = Optional.empty();
        money.removeAll();
        removeAll();
        var line = new Paragraph(text);
        line.addClassName("d");
        add(line);
    }

    void started(AnswerStart start) {
        if (shown.isPresent()) {
            return;
        }
        shown = Optional.of(start);
        removeAll();
        var place = start.place();
        var facts =
                new PropertyList()
                        .property(say("models.model"), start.model())
                        .property(
                                say("receipt.place"),
                                new PlaceTag(place.country(), place.facility()))
                        .property(say("playground.operator"), Names.operator(place))
                        .property(say("nav.policy"), Names.policyVersion(start.policy()));
        add(facts);
        if (start.fromCache()) {
            add(new Chip(say("playground.from-cache"), Chip.Tone.PLAIN));
        }
        add(money);
    }

    /// The answer has ended, whole or stopped; its price follows in a moment.
    void ended(ArrivingAnswer arriving, Figures figures) {
        money.removeAll();
        var facts = new PropertyList();
        arriving.end()
                .ifPresent(
                        end ->
                                facts.property(
                                        say("receipt.tokens"),
                                        say(
                                                "receipt.tokens.in-out",
                                                figures.number(end.promptTokens()),
                                                figures.number(end.completionTokens()))));
        money.add(facts);
        if (arriving.stopped()) {
            money.add(new Span(say("playground.stopped")));
        }
        shown.ifPresent(start -> money.add(receipt(start.requestId())));
    }

    void settled(SettledRequest settled, Figures figures) {
        money.removeAll();
        money.add(
                new PropertyList()
                        .property(
                                say("receipt.tokens"),
                                say(
                                        "receipt.tokens.in-out",
                                        figures.number(settled.inputTokens()),
                                        figures.number(settled.outputTokens())))
                        .property(say("playground.price"), figures.exact(settled.cost())));
        if (!settled.payments().isEmpty()) {
            var title = new Span(say("playground.payers"));
            title.addClassName("k");
            money.add(title, new SplitBar(settled.payments(), figures));
        }
        money.add(receipt(settled.requestId()));
    }

    private Div receipt(String id) {
        return new Div(Buttons.link(visit.path("receipts/" + id), say("receipt.open")));
    }
}
