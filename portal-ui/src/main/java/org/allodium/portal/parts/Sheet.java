package org.allodium.portal.parts;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H1;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.router.HasDynamicTitle;

/// A page's content: heading, one sentence, blocks. Pages extend it, build in the constructor and
/// load in `afterNavigation`.
public class Sheet extends Div implements HasDynamicTitle {
    private final H1 heading = new H1();
    private final Paragraph lead = new Paragraph();
    private final Div actions = new Div();
    private final Div blocks = new Div();

    public Sheet(String title) {
        this(title, "");
    }

    public Sheet(String title, String lead) {
        addClassName("sheet");
        heading.setText(title);
        // Has the focus after navigation, so that a screen reader says where the reader is now.
        heading.getElement().setAttribute("tabindex", "-1");
        var words = new Div(heading, this.lead);
        words.addClassName("sheet-words");
        actions.addClassName("sheet-actions");
        var head = new Div(words, actions);
        head.addClassName("sheet-head");
        this.lead.addClassName("lead");
        blocks.addClassName("blocks");
        super.add(head, blocks);
        lead(lead);
    }

    public final void title(String title) {
        heading.setText(title);
    }

    public final void lead(String text) {
        lead.setText(text);
        lead.setVisible(!text.isEmpty());
    }

    public final void lead(Component words) {
        lead.removeAll();
        lead.add(words);
        lead.setVisible(true);
    }

    public final void actions(Component... buttons) {
        actions.removeAll();
        actions.add(buttons);
    }

    /// Replaces everything below the heading.
    public final void show(Component... content) {
        blocks.removeAll();
        blocks.add(content);
    }

    public final void append(Component... content) {
        blocks.add(content);
    }

    @Override
    public String getPageTitle() {
        return heading.getText() + " · Allodium";
    }
}
