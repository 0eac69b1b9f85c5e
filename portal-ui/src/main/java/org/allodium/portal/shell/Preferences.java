package org.allodium.portal.shell;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.server.VaadinRequest;
import com.vaadin.flow.server.VaadinService;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.allodium.portal.text.Messages;
import org.jspecify.annotations.Nullable;

/// What a reader chose for this browser: language, appearance and the place where they worked last,
/// each in a cookie, so that it also holds before signing in.
final class Preferences {
    private static final String LANGUAGE = "allodium-language";
    private static final String THEME = "allodium-theme";
    private static final String PLACE = "allodium-place";
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

    /// Only where a person begins who names no place; a page's own address says where it works.
    static Place lastPlace(HttpServletRequest request) {
        return cookie(request.getCookies(), PLACE)
                .map(path -> Place.of(path.replace('.', '/')))
                .orElseGet(Place.Elsewhere::new);
    }

    static void remember(Place place) {
        var path = place.path("").replace('/', '.');
        if (!(place instanceof Place.Elsewhere)
                && !cookie(VaadinService.getCurrentRequest(), PLACE).equals(Optional.of(path))) {
            keep(PLACE, path);
        }
    }

    private static Optional<String> cookie(VaadinRequest request, String name) {
        return cookie(request.getCookies(), name);
    }

    private static Optional<String> cookie(Cookie @Nullable [] cookies, String name) {
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
