package org.allodium.portal.parts;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;

/// A bordered block with an optional heading.
public class Card extends Div {
    public Card(Component... content) {
        addClassName("card");
        add(content);
    }

    public Card(String title, Component... content) {
        this();
        if (!title.isEmpty()) {
            add(new H2(title));
        }
        add(content);
    }

    public Card wide() {
        addClassName("wide");
        return this;
    }

    /// Cards side by side; `columns` is a class of the style sheet: `c2`, `c3`, `c4`.
    public static Div row(String columns, Component... cards) {
        var row = new Div(cards);
        row.addClassNames("row", columns);
        return row;
    }
}
