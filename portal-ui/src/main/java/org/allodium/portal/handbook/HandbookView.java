package org.allodium.portal.handbook;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.textfield.TextField;
import com.vaadin.flow.data.value.ValueChangeMode;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.allodium.corpus.Handbook;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.SeenBy;

/// All pages of the handbook with their headings, to search. The search is in the address.
@CdiComponent
@Route(value = "handbook", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.EVERYBODY)
public class HandbookView extends Sheet implements AfterNavigationObserver {
    private final TextField search = new TextField();

    public HandbookView() {
        super(say("handbook.title"), say("handbook.lead"));
        actions(Buttons.plainLink("reference", say("reference.title")));
        search.setPlaceholder(say("handbook.search"));
        search.setAriaLabel(say("handbook.search"));
        search.addClassName("search");
        search.setClearButtonVisible(true);
        search.setValueChangeMode(ValueChangeMode.LAZY);
        search.addValueChangeListener(
                change -> {
                    if (change.isFromClient()) {
                        UI.getCurrent().navigate(address(change.getValue()));
                    }
                });
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        var text = event.getLocation().getQueryParameters().getSingleParameter("search").orElse("");
        if (!search.getValue().equals(text)) {
            search.setValue(text);
        }
        var blocks = new ArrayList<Component>();
        blocks.add(search);
        PassageLinks.languageNote().ifPresent(blocks::add);
        for (var page : Handbook.read().pages()) {
            var found = page.passages().stream().filter(passage -> passage.has(text)).toList();
            if (!found.isEmpty()) {
                blocks.add(card(page, found));
            }
        }
        if (blocks.stream().noneMatch(Card.class::isInstance)) {
            blocks.add(new EmptyState(say("handbook.none"), say("handbook.none.text")));
        }
        show(blocks.toArray(Component[]::new));
    }

    private static Card card(Handbook.Page page, List<Handbook.Passage> passages) {
        var card = new Card(new H2(new Anchor(page.address(), page.title())));
        card.add(new PassageLinks(page, passages));
        card.getElement().setAttribute("lang", "en");
        return card;
    }

    private static String address(String text) {
        return text.isBlank()
                ? "handbook"
                : "handbook?search=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
