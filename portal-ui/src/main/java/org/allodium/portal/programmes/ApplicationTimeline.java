package org.allodium.portal.programmes;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import org.allodium.billing.Application;
import org.allodium.portal.parts.Chip;
import org.allodium.portal.parts.When;
import org.allodium.portal.text.Figures;
import org.allodium.portal.text.Names;

/// An application and what has happened to it so far.
public final class ApplicationTimeline extends Div {
    public ApplicationTimeline(Application application, Figures figures) {
        var title = new Span(application.programmeTitle());
        title.addClassName("model-name");
        var head =
                new Div(
                        title,
                        chip(application.state()),
                        new Span(figures.money(application.requested())));
        head.addClassName("filters");
        var purpose = new Span(application.purpose());
        purpose.addClassName("quiet-line");
        var steps = new UnorderedList();
        steps.addClassName("timeline");
        steps.add(
                step(
                        say("timeline.submitted", application.applicantName()),
                        new When(application.submittedAt(), figures),
                        application.verdict().isEmpty()));
        application
                .verdict()
                .ifPresent(verdict -> steps.add(verdict(application, verdict, figures)));
        if (application.state() == Application.State.SUBMITTED) {
            steps.add(step(say("timeline.waiting"), new Span(), false));
        }
        add(head, purpose, steps);
    }

    public static Chip chip(Application.State state) {
        return new Chip(
                Names.of(state),
                switch (state) {
                    case SUBMITTED -> Chip.Tone.WARN;
                    case APPROVED -> Chip.Tone.GOOD;
                    case DECLINED -> Chip.Tone.BAD;
                    case WITHDRAWN -> Chip.Tone.QUIET;
                });
    }

    private static ListItem verdict(
            Application application, Application.Verdict verdict, Figures figures) {
        var text =
                switch (application.state()) {
                    case APPROVED -> say("timeline.approved", verdict.officer());
                    case DECLINED -> say("timeline.declined", verdict.officer(), verdict.reason());
                    case WITHDRAWN -> say("timeline.withdrawn");
                    case SUBMITTED -> "";
                };
        return step(text, new When(verdict.at(), figures), true);
    }

    private static ListItem step(String text, Component when, boolean now) {
        var step = new ListItem(new Span(text + " "), when);
        step.setClassName("now", now);
        return step;
    }
}
