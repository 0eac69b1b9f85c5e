package org.allodium.portal.text;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/// What a country calls its policies, and itself where no locale data knows it. Whoever brings the
/// country has the words beside it on the class path, one file a language. See decision 0129.
final class CountryWords {
    private static final String FILE = "META-INF/allodium/country-words";
    private static final String COUNTRY = "country.";
    private static final Map<Locale, Map<String, String>> WORDS = read();

    private CountryWords() {}

    static Optional<String> find(String key) {
        return Optional.ofNullable(words(Messages.nearest(Messages.locale())).get(key));
    }

    /// Codes of those that brought a name.
    static List<String> countries() {
        return words(Locale.ENGLISH).keySet().stream()
                .filter(key -> key.startsWith(COUNTRY))
                .map(key -> key.substring(COUNTRY.length()))
                .sorted()
                .toList();
    }

    private static Map<String, String> words(Locale language) {
        return WORDS.getOrDefault(language, Map.of());
    }

    private static Map<Locale, Map<String, String>> read() {
        var words = new HashMap<Locale, Map<String, String>>();
        for (var language : Messages.LANGUAGES) {
            words.put(language, read(language));
        }
        return Map.copyOf(words);
    }

    private static Map<String, String> read(Locale language) {
        var suffix = language.equals(Locale.ENGLISH) ? "" : "_" + language.getLanguage();
        var found = new Properties();
        try {
            var loader = CountryWords.class.getClassLoader();
            for (var file : loader.resources(FILE + suffix + ".properties").toList()) {
                try (var in = new InputStreamReader(file.openStream(), StandardCharsets.UTF_8)) {
                    found.load(in);
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        var words = new HashMap<String, String>();
        found.stringPropertyNames().forEach(key -> words.put(key, found.getProperty(key)));
        return Map.copyOf(words);
    }
}
