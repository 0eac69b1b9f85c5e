package org.allodium.portal.parts;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.DescriptionList;
import com.vaadin.flow.component.html.Span;

/// Names and values in two columns.
public final class Facts extends DescriptionList {
    public Facts() {
        addClassName("facts");
    }

    public Facts fact(String name, String value) {
        return fact(name, new Span(value));
    }

    public Facts fact(String name, Component value) {
        add(new DescriptionList.Term(name), new DescriptionList.Description(value));
        return this;
    }
}
