package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.button.ButtonVariant;
import com.vaadin.flow.component.html.Anchor;

/// Buttons and links in the portal's few kinds, and the question before what cannot be undone.
public final class Buttons {
    private Buttons() {}

    public static Button primary(String text, Runnable action) {
        var button = plain(text, action);
        button.addThemeVariants(ButtonVariant.PRIMARY);
        return button;
    }

    /// Disabled while its work runs, so that a second click starts nothing.
    public static Button plain(String text, Runnable action) {
        var button = new Button(text, click -> action.run());
        button.setDisableOnClick(true);
        button.addClickListener(click -> button.setEnabled(true));
        return button;
    }

    public static Button quiet(String text, Runnable action) {
        var button = plain(text, action);
        button.addThemeVariants(ButtonVariant.TERTIARY);
        return button;
    }

    public static Anchor link(String href, String text) {
        return new Anchor(href, text);
    }

    /// A link that looks like a button, since it leads to another page.
    public static Anchor primaryLink(String href, String text) {
        var anchor = link(href, text);
        anchor.addClassNames("btn", "primary");
        return anchor;
    }

    public static Anchor plainLink(String href, String text) {
        var anchor = link(href, text);
        anchor.addClassName("btn");
        return anchor;
    }

    /// Before something that takes away.
    public static void confirm(String question, String consequence, String verb, Runnable action) {
        new Ask(question, consequence, say("action.cancel"))
                .answer(verb, Ask.Tone.DANGEROUS, action)
                .open();
    }

    /// Before something that binds at once, and can be undone by choosing again.
    public static void choose(String question, String consequence, String verb, Runnable action) {
        new Ask(question, consequence, say("action.cancel"))
                .answer(verb, Ask.Tone.PLAIN, action)
                .open();
    }
}
