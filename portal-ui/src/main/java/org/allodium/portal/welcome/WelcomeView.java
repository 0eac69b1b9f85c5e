package org.allodium.portal.welcome;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.H2;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.OrderedList;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.Route;
import jakarta.inject.Inject;
import org.allodium.portal.models.ModelTable;
import org.allodium.portal.parts.Buttons;
import org.allodium.portal.parts.Card;
import org.allodium.portal.parts.EmptyState;
import org.allodium.portal.parts.Sheet;
import org.allodium.portal.shell.MainLayout;
import org.allodium.portal.shell.SeenBy;
import org.allodium.portal.shell.Visits;
import org.allodium.serving.ModelListing;

/// What this is, which models run where, how to begin.
@CdiComponent
@Route(value = "", layout = MainLayout.class)
@SeenBy(SeenBy.Audience.EVERYBODY)
public class WelcomeView extends Sheet implements AfterNavigationObserver {
    @Inject Visits visits;
    @Inject ModelListing listing;

    private final Card models = new Card(say("welcome.models"));

    public WelcomeView() {
        super(say("welcome.title"), say("welcome.lead"));
        addClassName("welcome");
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        actions(signUp(), signIn(), handbook());
        show(promises(), models, steps());
        showModels();
    }

    private void showModels() {
        var entries = listing.all();
        models.add(
                entries.isEmpty()
                        ? new EmptyState(say("models.none"), say("models.none.text"))
                        : new ModelTable(entries, visits.figures()));
        var note = new Paragraph(say("welcome.models.note"));
        note.addClassName("d");
        models.add(note);
    }

    private static Component promises() {
        return Card.row(
                "c3", promise("welcome.paid"), promise("welcome.place"), promise("welcome.proof"));
    }

    private static Card promise(String key) {
        return new Card(say(key), new Paragraph(say(key + ".text")));
    }

    private static Component steps() {
        var list =
                new OrderedList(
                        step("welcome.step1"), step("welcome.step2"), step("welcome.step3"));
        list.addClassName("steps");
        return new Card(say("welcome.steps"), list);
    }

    private static ListItem step(String key) {
        return new ListItem(new Div(new H2(say(key)), new Paragraph(say(key + ".text"))));
    }

    private static Anchor signUp() {
        var link = Buttons.primaryLink("/login?prompt=create&to=%2Ffound", say("welcome.sign-up"));
        link.setRouterIgnore(true);
        return link;
    }

    private static Anchor handbook() {
        return Buttons.plainLink("handbook", say("nav.handbook"));
    }

    private static Anchor signIn() {
        var link = Buttons.plainLink("/login?to=%2F", say("welcome.sign-in"));
        link.setRouterIgnore(true);
        return link;
    }
}
