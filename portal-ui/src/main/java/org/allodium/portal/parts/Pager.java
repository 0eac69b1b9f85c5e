package org.allodium.portal.parts;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import java.util.function.IntFunction;
import org.allodium.portal.text.Figures;

/// The way through a long list, page by page. The page is part of the address.
public final class Pager extends Div {
    /// `href` makes the address of a page; pages count from 0.
    public Pager(int page, int pageSize, long total, IntFunction<String> href, Figures figures) {
        addClassName("pager");
        var first = (long) page * pageSize;
        var last = Math.min(total, first + pageSize);
        add(
                new Span(
                        say(
                                "pager.range",
                                figures.number(Math.min(first + 1, total)),
                                figures.number(last),
                                figures.number(total))));
        if (page > 0) {
            add(Buttons.plainLink(href.apply(page - 1), say("action.newer")));
        }
        if (last < total) {
            add(Buttons.plainLink(href.apply(page + 1), say("action.older")));
        }
    }
}
