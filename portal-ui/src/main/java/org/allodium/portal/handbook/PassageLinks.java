package org.allodium.portal.handbook;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.UnorderedList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.allodium.corpus.Handbook;
import org.allodium.portal.text.Messages;

/// Headings that lead to their passages.
final class PassageLinks extends UnorderedList {
    PassageLinks(Handbook.Page page, List<Handbook.Passage> passages) {
        addClassName("passages");
        for (var passage : passages) {
            add(new ListItem(link(page, passage, passage.heading())));
        }
    }

    /// The browser goes to a passage by itself.
    static Anchor link(Handbook.Page page, Handbook.Passage passage, String text) {
        var link = new Anchor("/" + page.address(passage), text);
        link.setRouterIgnore(true);
        return link;
    }

    /// For readers of another language, who would wonder.
    static Optional<Paragraph> languageNote() {
        if (Messages.locale().getLanguage().equals(Locale.ENGLISH.getLanguage())) {
            return Optional.empty();
        }
        var note = new Paragraph(say("handbook.language"));
        note.addClassName("d");
        return Optional.of(note);
    }
}
