package org.allodium.portal.handbook;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Html;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.router.BeforeEnterEvent;
import com.vaadin.flow.router.BeforeEnterObserver;
import com.vaadin.flow.router.NotFoundException;
import com.vaadin.flow.router.Route;
import java.util.ArrayList;
import org.allodium.corpus.Handbook;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.SeenBy;

/// One page of the handbook: its passages, each with an address of its own.
@CdiComponent
@Route(value = "handbook/:page", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.EVERYBODY)
public class HandbookPageView extends Sheet implements BeforeEnterObserver {
    public HandbookPageView() {
        super(say("handbook.title"));
        actions(Buttons.plainLink("handbook", say("handbook.all")));
    }

    @Override
    public void beforeEnter(BeforeEnterEvent event) {
        var wanted = event.getRouteParameters().get("page").orElse("");
        Handbook.read()
                .page(wanted)
                .ifPresentOrElse(this::show, () -> event.rerouteToError(NotFoundException.class));
    }

    private void show(Handbook.Page page) {
        title(page.title());
        lead(new Html("<span lang=en>" + page.lead() + "</span>"));
        var blocks = new ArrayList<Component>();
        PassageLinks.languageNote().ifPresent(blocks::add);
        blocks.add(new Card(say("handbook.contents"), new PassageLinks(page, page.passages())));
        page.passages().forEach(passage -> blocks.add(card(page, passage)));
        show(blocks.toArray(Component[]::new));
        getElement().executeJs("window.allodium.toPassage()");
    }

    private static Card card(Handbook.Page page, Handbook.Passage passage) {
        var heading = new H2(passage.heading());
        heading.setId(passage.anchor());
        // Reached by its address, it has the focus, as a page's heading has.
        heading.getElement().setAttribute("tabindex", "-1");
        var link = PassageLinks.link(page, passage, "#");
        link.addClassName("anchor");
        link.setAriaLabel(say("handbook.address", passage.heading()));
        heading.add(link);
        var card = new Card(heading, new Html("<div>" + passage.html() + "</div>"));
        card.addClassName("prose");
        card.getElement().setAttribute("lang", "en");
        return card;
    }
}
