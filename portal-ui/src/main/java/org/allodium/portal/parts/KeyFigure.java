package org.allodium.portal.parts;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;

/// A figure that is read at a glance: what it is, the figure with its unit, one line of context.
public final class KeyFigure extends Card {
    public KeyFigure(String label, String value, String unit, String context) {
        addClassName("figure");
        var figure = line("v", value);
        if (!unit.isEmpty()) {
            var small = new Span(unit);
            small.addClassName("unit");
            figure.add(" ");
            figure.add(small);
        }
        add(line("k", label), figure, line("d", context));
    }

    private static Div line(String style, String text) {
        var line = new Div();
        line.addClassName(style);
        line.add(text);
        return line;
    }
}
