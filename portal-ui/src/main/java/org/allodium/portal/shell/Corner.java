package org.allodium.portal.shell;

import static org.allodium.portal.text.Messages.say;

import com.vaadin.flow.component.contextmenu.ContextMenu;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.Location;
import java.util.Locale;
import org.allodium.portal.parts.Glyph;
import org.allodium.portal.text.Messages;
import org.allodium.tenancy.Person;

/// The upper corner: language, appearance, and the person or the way in.
final class Corner extends Div {
    Corner(Visit visit, Location here) {
        addClassName("corner");
        add(languages(), appearance());
        visit.person().ifPresentOrElse(person -> add(account(person)), () -> add(signIn(here)));
    }

    private static NativeButton languages() {
        var current = Messages.locale();
        var button = iconButton(say("shell.language"));
        button.add(new Span(current.getLanguage().toUpperCase(Locale.ROOT)));
        var menu = menu(button);
        for (var language : Messages.LANGUAGES) {
            menu.addItem(
                    language.getDisplayLanguage(language),
                    click -> Preferences.chooseLanguage(language));
        }
        return button;
    }

    private static NativeButton appearance() {
        var button = iconButton(say("shell.appearance"));
        button.add(new Glyph("half-moon"));
        var menu = menu(button);
        menu.addItem(say("shell.appearance.system"), click -> Preferences.chooseTheme("system"));
        menu.addItem(say("shell.appearance.light"), click -> Preferences.chooseTheme("light"));
        menu.addItem(say("shell.appearance.dark"), click -> Preferences.chooseTheme("dark"));
        return button;
    }

    private static NativeButton account(Person person) {
        var button = iconButton(say("shell.account", person.name()));
        button.add(new Span(initials(person.name())));
        button.addClassName("initials");
        var menu = menu(button);
        var who = new Div(new Span(person.name()), new Span(person.email()));
        who.addClassName("account");
        menu.addItem(who).setEnabled(false);
        var out = new Anchor("/logout", say("shell.sign-out"));
        out.setRouterIgnore(true);
        out.addClassName("menu-link");
        menu.addItem(out);
        return button;
    }

    static String initials(String name) {
        var words = name.strip().split("\\s+");
        var first = words[0].isEmpty() ? "" : words[0].substring(0, 1);
        var last = words.length > 1 ? words[words.length - 1].substring(0, 1) : "";
        return (first + last).toUpperCase(Locale.ROOT);
    }

    private static Anchor signIn(Location here) {
        var link =
                new Anchor(
                        PortalStart.login(here.getPathWithQueryParameters()), say("shell.sign-in"));
        link.setRouterIgnore(true);
        link.addClassNames("btn", "primary");
        return link;
    }

    private static ContextMenu menu(NativeButton button) {
        var menu = new ContextMenu(button);
        menu.setOpenOnClick(true);
        return menu;
    }

    private static NativeButton iconButton(String label) {
        var button = new NativeButton();
        button.addClassName("icon-button");
        button.setTitle(label);
        button.getElement().setAttribute("aria-label", label);
        button.getElement().setAttribute("aria-haspopup", "menu");
        return button;
    }
}
