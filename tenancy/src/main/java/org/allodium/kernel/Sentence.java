package org.allodium.kernel;

import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A sentence that the services say, for a reader in any of the product's languages. The key's
/// first part names the room, whose bundles `org.allodium.ROOM.sentences` hold the words; `{0}`
/// stands for the first argument. Clients of the APIs read English.
/// @param key such as `tenancy.last-owner`
public record Sentence(String key, List<Argument> arguments) {
    private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");
    private static final ResourceBundle.Control CONTROL = new OwnLanguages();

    /// What stands in a place.
    public sealed interface Argument {
        /// As it is shown, the same in every language.
        record Text(String words) implements Argument {}

        /// Said in the reader's language too.
        record Within(Sentence sentence) implements Argument {}
    }

    public Sentence {
        arguments = List.copyOf(arguments);
    }

    /// @param arguments sentences, and anything else by its text
    public static Sentence of(String key, Object... arguments) {
        var said = new Argument[arguments.length];
        for (int n = 0; n < said.length; n++) {
            said[n] = argument(arguments[n]);
        }
        return new Sentence(key, List.of(said));
    }

    /// Words that come from outside the product's rooms, such as those of the engine about a form:
    /// the same in every language.
    public static Sentence asSaid(String words) {
        return of("kernel.as-said", words);
    }

    public String english() {
        return in(Locale.ENGLISH);
    }

    /// In the language, or in English where that one has no bundle.
    /// @throws java.util.MissingResourceException if the room has no such sentence
    public String in(Locale language) {
        var words = bundle(key.substring(0, key.indexOf('.')), language).getString(key);
        return PLACE.matcher(words)
                .replaceAll(
                        place ->
                                Matcher.quoteReplacement(
                                        said(
                                                arguments.get(Integer.parseInt(place.group(1))),
                                                language)));
    }

    private static Argument argument(Object argument) {
        return argument instanceof Sentence within
                ? new Argument.Within(within)
                : new Argument.Text(String.valueOf(argument));
    }

    private static String said(Argument argument, Locale language) {
        return switch (argument) {
            case Argument.Text(var words) -> words;
            case Argument.Within(var sentence) -> sentence.in(language);
        };
    }

    private static ResourceBundle bundle(String room, Locale language) {
        return ResourceBundle.getBundle("org.allodium." + room + ".sentences", language, CONTROL);
    }
}
