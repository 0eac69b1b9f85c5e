package org.allodium.portal.playground;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import com.vaadin.flow.dom.Element;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.shell.Visit;
import org.allodium.portal.text.Messages;
import org.allodium.portal.text.Names;
import org.allodium.tenancy.Permission;

/// Why nothing was sent: the sentence, the rule per place, who can change it, and the way on.
final class RefusalPanel extends Div {
    RefusalPanel(Refused refusal, Visit visit) {
        addClassName("refusal");
        getElement().setAttribute("role", "alert");
        var strong = new Element("b");
        strong.setText(say("playground.not-sent"));
        var first = new Paragraph();
        first.getElement().appendChild(strong);
        first.add(" " + words(refusal.sentence()));
        add(first);
        var reasons = new UnorderedList();
        refusal.reasons().forEach(reason -> reasons.add(item(reason)));
        if (!refusal.reasons().isEmpty()) {
            add(reasons);
        }
        var next = new Div(way(refusal, visit));
        next.addClassName("actions");
        add(quiet(who(refusal, visit)), next);
    }

    private static String words(Sentence sentence) {
        return Names.policyVersion(sentence.in(Messages.locale())).replace("`", "");
    }

    private static ListItem item(Refused.Reason reason) {
        var rule = new Span(say("playground.rule", reason.grounds().label()));
        rule.addClassName("quiet-line");
        return new ListItem(
                new Span(reason.explanation().map(RefusalPanel::words).orElse("")), rule);
    }

    private static String who(Refused refusal, Visit visit) {
        return switch (refusal.code()) {
            case DATA_RESIDENCY_MISMATCH, POLICY_WIDENING ->
                    visit.may(Permission.CHOOSE_POLICY)
                            ? say("playground.who.you")
                            : say("playground.who.owner");
            case INSUFFICIENT_QUOTA -> say("playground.who.grant");
            case RATE_LIMIT_EXCEEDED -> say("playground.who.quota");
            default -> "";
        };
    }

    private static Anchor way(Refused refusal, Visit visit) {
        return switch (refusal.code()) {
            case INSUFFICIENT_QUOTA ->
                    visit.may(Permission.APPLY_FOR_GRANTS)
                            ? Buttons.plainLink(visit.path("programmes"), say("grants.apply"))
                            : Buttons.plainLink(visit.path("grants"), say("nav.grants"));
            default -> Buttons.plainLink(visit.path("models"), say("playground.see-models"));
        };
    }

    private static Paragraph quiet(String text) {
        var line = new Paragraph(text);
        line.addClassName("d");
        line.setVisible(!text.isEmpty());
        return line;
    }
}
