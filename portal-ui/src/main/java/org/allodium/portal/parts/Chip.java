package org.allodium.portal.parts;

import com.vaadin.flow.component.html.Span;

/// A state in one word, with a dot so that colour is not the only sign.
public final class Chip extends Span {
    public enum Tone {
        PLAIN(""),
        GOOD("good"),
        WARN("warn"),
        BAD("bad"),
        QUIET("quiet");

        private final String style;

        Tone(String style) {
            this.style = style;
        }
    }

    public Chip(String text, Tone tone) {
        addClassName("chip");
        if (!tone.style.isEmpty()) {
            addClassName(tone.style);
        }
        var dot = new Span();
        dot.addClassName("dot");
        dot.getElement().setAttribute("aria-hidden", "true");
        add(dot, new Span(text));
    }
}
