package org.allodium.portal.text;

import com.vaadin.flow.component.UI;
import com.vaadin.flow.i18n.I18NProvider;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.allodium.kernel.OwnLanguages;

/// The texts of the portal, one resource bundle per language. Public and without arguments because
/// Vaadin makes it from the servlet's init parameter `i18n.provider`; its CDI lookup would need a
/// Vaadin service scope.
public final class Messages implements I18NProvider {
    public static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.GERMAN);

    static final String BUNDLE = "org.allodium.portal.messages";

    private static final ResourceBundle.Control CONTROL =
            Boolean.getBoolean("allodium.development") ? new Anew() : new OwnLanguages();

    @Override
    public List<Locale> getProvidedLocales() {
        return LANGUAGES;
    }

    @Override
    public Locale getDefaultLocale() {
        return Locale.ENGLISH;
    }

    @Override
    public String getTranslation(String key, Locale locale, Object... arguments) {
        return say(locale, key, arguments);
    }

    /// In the reader's language.
    public static String say(String key, Object... arguments) {
        return say(locale(), key, arguments);
    }

    /// A missing text shows its key, so that it is noticed, and never breaks a page.
    public static String say(Locale locale, String key, Object... arguments) {
        try {
            var pattern = ResourceBundle.getBundle(BUNDLE, locale, CONTROL).getString(key);
            return new MessageFormat(pattern, locale).format(arguments);
        } catch (MissingResourceException missing) {
            return key;
        }
    }

    public static Locale locale() {
        var ui = UI.getCurrent();
        return ui == null ? Locale.ENGLISH : ui.getLocale();
    }

    /// The nearest language that we have.
    public static Locale nearest(Locale wanted) {
        return LANGUAGES.stream()
                .filter(language -> language.getLanguage().equals(wanted.getLanguage()))
                .findFirst()
                .orElse(Locale.ENGLISH);
    }

    /// Under `./allodium dev` nothing is kept, so that a saved text is seen with the next page.
    private static final class Anew extends OwnLanguages {
        @Override
        public long getTimeToLive(String name, Locale locale) {
            return TTL_DONT_CACHE;
        }
    }
}
