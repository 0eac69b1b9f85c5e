package org.allodium.portal.parts;

import com.vaadin.flow.component.html.Span;

/// A small drawn sign; its shape stands in the style sheet. Always beside or instead of a text that
/// says the same.
public final class Glyph extends Span {
    public Glyph(String shape) {
        addClassNames("glyph", "glyph-" + shape);
        getElement().setAttribute("aria-hidden", "true");
    }
}
