package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.cdi.annotation.CdiComponent;
import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.HasElement;
import com.vaadin.flow.component.Key;
import com.vaadin.flow.component.UI;
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
public class MainLayout extends Div implements RouterLayout, AfterNavigationObserver {
    private static final String DRAWER_OPEN = "drawer-open";

    @Inject Visits visits;

    private final Main main = new Main();
    private final Div side = new Div();
    private final Header header = new Header();
    private final NativeButton menu = new NativeButton();

    public MainLayout() {
        addClassName("app");
        side.addClassName("side");
        main.setId("content");
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
        UI.getCurrent().addShortcutListener(() -> drawer(false), Key.ESCAPE);
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
        var visit = visits.current();
        setClassName("visitor", !visit.signedIn());
        side.removeAll();
        side.add(brand(), new Navigation(visit, event.getLocation().getPath()));
        header.removeAll();
        header.add(menu);
        if (!visit.signedIn()) {
            header.add(brand());
        }
        header.add(new Switches(visit, visits), new Corner(visit, event.getLocation()));
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
        brand.addClassName("brand");
        return brand;
    }

    private static Footer footer() {
        var evidence = new Anchor("/.well-known/jwks.json", say("shell.keys"));
        evidence.setRouterIgnore(true);
        return new Footer(new Span(say("shell.footer")), evidence);
    }
}
