package org.allodium.corpus;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a question is about, as words that can stand in another question.
final class Topics {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_./-]*[\\p{L}\\p{N}]");
    private static final Set<String> VERBS =
            Set.of(
                    ("make create use see find work call open start come become choose apply set"
                                    + " change delete remove add show run does happen pay say said ask")
                            .split(" "));

    private Topics() {}

    static String of(String question) {
        return WORD.matcher(question)
                .results()
                .map(word -> word.group())
                .filter(word -> !Words.of(word).isEmpty())
                .filter(word -> !VERBS.contains(word.toLowerCase(Locale.ROOT)))
                .distinct()
                .limit(5)
                .collect(Collectors.joining(" "));
    }
}
