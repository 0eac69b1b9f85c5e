package org.allodium.portal.parts;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.DescriptionList;
import com.vaadin.flow.component.html.Span;

/// Names and values in two columns.
public final class PropertyList extends DescriptionList {
    public PropertyList() {
        addClassName("properties");
    }

    public PropertyList property(String name, String value) {
        return property(name, new Span(value));
    }

    public PropertyList property(String name, Component value) {
        add(new DescriptionList.Term(name), new DescriptionList.Description(value));
        return this;
    }
}
