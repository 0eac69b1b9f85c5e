package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.Paragraph;

/// Nothing here yet: why, and what to do next.
public final class EmptyState extends Div {
    /// Keys, calls and usage hang on a project: nothing goes before it. `mayMake`: whether the
    /// reader can make one, at the address `projects`.
    public static EmptyState noProject(boolean mayMake, String projects) {
        return mayMake
                ? new EmptyState(
                        say("projects.none"),
                        say("projects.none.text"),
                        Buttons.primaryLink(projects, say("projects.new")))
                : new EmptyState(say("projects.none"), say("projects.none.ask-owner"));
    }

    /// Where an address asks for more of a list than there is. `beginning`: the list's own address.
    public static EmptyState behindTheEnd(String beginning) {
        return new EmptyState(
                say("pager.none"),
                say("pager.none.text"),
                Buttons.plainLink(beginning, say("pager.beginning")));
    }

    public EmptyState(String title, String text, Component... next) {
        addClassName("empty");
        add(new H2(title), new Paragraph(text));
        if (next.length > 0) {
            var actions = new Div(next);
            actions.addClassName("actions");
            add(actions);
        }
    }
}
