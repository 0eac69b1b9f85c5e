package org.allodium.portal.shell;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.server.VaadinRequest;
import com.vaadin.flow.server.VaadinService;
import jakarta.servlet.http.Cookie;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.allodium.portal.text.Messages;

/// What a reader chose for this browser: language and appearance, each in a cookie, so that it also
/// holds before signing in.
final class Preferences {
    private static final String LANGUAGE = "allodium-language";
    private static final String THEME = "allodium-theme";
    private static final Set<String> THEMES = Set.of("light", "dark");
    private static final Duration KEPT = Duration.ofDays(365);

    private Preferences() {}

    static Locale language(VaadinRequest request) {
        return cookie(request, LANGUAGE)
                .map(Locale::forLanguageTag)
                .or(() -> Optional.ofNullable(request.getLocale()))
                .map(Messages::nearest)
                .orElse(Locale.ENGLISH);
    }

    /// Empty: as the reader's system has it.
    static Optional<String> theme(VaadinRequest request) {
        return cookie(request, THEME).filter(THEMES::contains);
    }

    static void chooseLanguage(Locale language) {
        keep(LANGUAGE, language.toLanguageTag());
        UI.getCurrent().getSession().setLocale(language);
        UI.getCurrent().getPage().reload();
    }

    static void chooseTheme(String theme) {
        keep(THEME, theme);
        UI.getCurrent().getPage().executeJs("document.documentElement.dataset.theme = $0", theme);
    }

    private static Optional<String> cookie(VaadinRequest request, String name) {
        var cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(name))
                        .map(Cookie::getValue)
                        .findFirst();
    }

    private static void keep(String name, String value) {
        var cookie = new Cookie(name, value);
        cookie.setPath("/");
        cookie.setMaxAge((int) KEPT.toSeconds());
        cookie.setAttribute("SameSite", "Lax");
        VaadinService.getCurrentResponse().addCookie(cookie);
    }
}
