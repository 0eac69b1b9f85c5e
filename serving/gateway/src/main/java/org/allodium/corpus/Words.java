package org.allodium.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Words of English text as far as they tell what it is about: in small letters, without endings.
final class Words {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final Set<String> EMPTY =
            Set.of(
                    ("a about again all also am an and any are as at be been but by can could did do"
                                    + " does doing don for from get gets getting give given go goes got had"
                                    + " has have having he hello hey hi how however i if in into is it its"
                                    + " just know let like may me mean means might mine must my need needs"
                                    + " no not now of off on one ones or our ours out please s shall she"
                                    + " should so some somebody someone something t tell than that the"
                                    + " their them then there these they thing things this those to too"
                                    + " up us ve very want wants was way we were what when where whether"
                                    + " which who whom why will with would yes you your yours re ll m d"
                                    + " exactly actually really kind sort here")
                            .split(" "));
    private static final List<String> ENDINGS =
            List.of("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "s", "y");
    private static final int SHORTEST = 3;

    private Words() {}

    /// With repeats, in order.
    static List<String> of(String text) {
        var words = new ArrayList<String>();
        var found = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (found.find()) {
            if (!EMPTY.contains(found.group())) {
                words.add(stem(found.group()));
            }
        }
        return words;
    }

    /// Alike for the forms of one word; which form does not matter.
    private static String stem(String word) {
        for (var ending : ENDINGS) {
            if (word.endsWith(ending) && word.length() - ending.length() >= SHORTEST) {
                var stem = word.substring(0, word.length() - ending.length());
                return stem.endsWith("e") ? stem.substring(0, stem.length() - 1) : stem;
            }
        }
        return word.endsWith("e") && word.length() > SHORTEST
                ? word.substring(0, word.length() - 1)
                : word;
    }
}
