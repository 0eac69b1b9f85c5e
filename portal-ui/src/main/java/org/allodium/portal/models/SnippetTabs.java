package org.allodium.portal.models;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.tabs.Tab;
import com.vaadin.flow.component.tabs.Tabs;
import org.allodium.portal.parts.CodeBlock;

/// The examples of [Snippets], one tab per language.
public final class SnippetTabs extends Div {
    public SnippetTabs(Snippets snippets) {
        addClassName("stack");
        var all = snippets.all();
        var tabs = new Tabs();
        all.keySet().forEach(language -> tabs.add(new Tab(language)));
        var code = new CodeBlock(snippets.curl());
        tabs.addSelectedChangeListener(
                change -> code.text(all.get(change.getSelectedTab().getLabel())));
        add(tabs, code);
    }
}
