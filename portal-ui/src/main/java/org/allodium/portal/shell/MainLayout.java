package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.HasElement;
import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.dependency.JavaScript;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Footer;
import com.vaadin.flow.component.html.Header;
import com.vaadin.flow.component.html.Main;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;
import com.vaadin.flow.router.RouterLayout;
import jakarta.inject.Inject;
import org.allodium.portal.parts.Glyph;

/// The frame: navigation at the side, a drawer on narrow screens; the switches above; the page.
@CdiComponent
@JavaScript("context://scripts/portal.js")
public class MainLayout extends Div implements RouterLayout, AfterNavigationObserver {
    private static final String DRAWER_OPEN = "drawer-open";

    @Inject Visits visits;
    @Inject DraftKeys draftKeys;

    private final Main main = new Main();
    private final Div side = new Div();
    private final Header header = new Header();
    private final NativeButton menu = new NativeButton();
    private String path = "";
    private boolean opened;

    public MainLayout() {
        addClassName("app");
        side.addClassName("side");
        main.setId("content");
        main.getElement().setAttribute("tabindex", "-1");
        menu.addClassNames("icon-button", "menu-button");
        menu.add(new Glyph("menu"));
        menu.getElement().setAttribute("aria-label", say("shell.menu"));
        menu.addClickListener(click -> drawer(!hasClassName(DRAWER_OPEN)));
        var veil = new Div();
        veil.addClassName("veil");
        veil.addClickListener(click -> drawer(false));
        var frame = new Div(header, main, footer());
        frame.addClassName("frame");
        add(skipLink(), side, veil, frame);
        // Dialogs listen for it too, and only to one that nobody has taken.
        UI.getCurrent()
                .addShortcutListener(() -> drawer(false), Key.ESCAPE)
                .allowBrowserDefault()
                .allowEventPropagation();
    }

    @Override
    public void showRouterLayoutContent(HasElement content) {
        main.removeAll();
        if (content instanceof Component component) {
            main.add(component);
        }
    }

    @Override
    public void afterNavigation(AfterNavigationEvent event) {
        drawer(false);
        var visit = visits.at(event.getLocation());
        if (visit.signedIn() && !visit.misplaced()) {
            Preferences.remember(visit.place());
        }
        tellBrowser(visit);
        focusHeading(event.getLocation().getPath());
        setClassName("visitor", !visit.signedIn());
        side.removeAll();
        side.add(brand(), new Navigation(visit, Place.page(event.getLocation().getPath())));
        header.removeAll();
        header.add(menu);
        if (!visit.signedIn()) {
            header.add(brand());
        }
        header.add(
                new Switches(visit, event.getLocation()), new Corner(visit, event.getLocation()));
    }

    // The browser knows then whether a session was lost, and with which key it keeps drafts.
    private void tellBrowser(Visit visit) {
        var waiting = main.getChildren().anyMatch(SignInView.class::isInstance);
        visit.person()
                .map(person -> draftKeys.of(person.subject()))
                .ifPresent(
                        key ->
                                getElement()
                                        .executeJs(
                                                "window.allodium.signedIn($0, $1)",
                                                key.person(),
                                                key.key()));
        if (!visit.signedIn() && !waiting) {
            getElement().executeJs("window.allodium.signedOut()");
        }
    }

    // A filter changes the address too, but not the page; and a browser begins a document itself.
    private void focusHeading(String now) {
        if (opened && !now.equals(path)) {
            main.getElement().executeJs("this.querySelector('h1')?.focus()");
        }
        opened = true;
        path = now;
    }

    private void drawer(boolean open) {
        setClassName(DRAWER_OPEN, open);
        menu.getElement().setAttribute("aria-expanded", String.valueOf(open));
    }

    private static Anchor skipLink() {
        var skip = new Anchor("#content", say("shell.skip"));
        skip.addClassName("skip");
        skip.setRouterIgnore(true);
        return skip;
    }

    private static Anchor brand() {
        var brand = new Anchor("/", new Glyph("brand"), new Span("Allodium"));
        brand.setRouterIgnore(true);
        brand.addClassName("brand");
        return brand;
    }

    private static Footer footer() {
        var evidence = new Anchor("/.well-known/jwks.json", say("shell.keys"));
        evidence.setRouterIgnore(true);
        var handbook = new Anchor(Navigation.HANDBOOK, say("nav.handbook"));
        return new Footer(new Span(say("shell.footer")), handbook, evidence);
    }
}
