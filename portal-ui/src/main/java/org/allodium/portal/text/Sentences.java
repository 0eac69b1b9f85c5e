package org.allodium.portal.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Sentences that the services say in English, in the reader's language. The English sentence is
/// the key; `{0}` stands for what varies in it. A sentence that nobody translated stays English,
/// since a refusal that is understood badly is better than one that is not shown.
public final class Sentences {
    private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");
    private static final Map<String, List<Translation>> BY_LANGUAGE = new ConcurrentHashMap<>();

    private record Translation(Pattern english, String words) {}

    private Sentences() {}

    public static String translate(String english) {
        return translate(english, Messages.locale());
    }

    static String translate(String english, Locale locale) {
        return BY_LANGUAGE.computeIfAbsent(locale.getLanguage(), Sentences::load).stream()
                .map(translation -> words(translation, english))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(english);
    }

    private static @Nullable String words(Translation translation, String english) {
        var found = translation.english().matcher(english);
        if (!found.matches()) {
            return null;
        }
        return PLACE.matcher(translation.words())
                .replaceAll(
                        place ->
                                Matcher.quoteReplacement(
                                        found.group(Integer.parseInt(place.group(1)) + 1)));
    }

    private static List<Translation> load(String language) {
        var name = "/org/allodium/portal/sentences_" + language + ".json";
        try (var file = Sentences.class.getResourceAsStream(name)) {
            if (file == null) {
                return List.of();
            }
            var all =
                    JsonMapper.shared()
                            .readValue(file, new TypeReference<Map<String, String>>() {});
            var translations = new ArrayList<Translation>();
            all.forEach(
                    (english, words) -> translations.add(new Translation(pattern(english), words)));
            return List.copyOf(translations);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Pattern pattern(String english) {
        var pattern = new StringBuilder();
        int from = 0;
        var places = PLACE.matcher(english);
        while (places.find()) {
            pattern.append(Pattern.quote(english.substring(from, places.start()))).append("(.+?)");
            from = places.end();
        }
        return Pattern.compile(pattern.append(Pattern.quote(english.substring(from))).toString());
    }
}
