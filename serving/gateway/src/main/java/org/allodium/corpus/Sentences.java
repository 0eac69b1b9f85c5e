package org.allodium.corpus;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Sentences of a text. What stands in lines of its own, such as code, is not taken apart.
final class Sentences {
    private static final Pattern END = Pattern.compile("(?<=[.!?])\\s+(?=[\\p{Lu}`\"(\\d])|\\n+");

    private Sentences() {}

    static List<String> of(String text) {
        return Stream.of(END.split(text)).map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    /// The first so many of the first paragraph; what a colon announces, as code is, comes along.
    static String first(String text, int count) {
        if (count == Integer.MAX_VALUE) {
            return text;
        }
        var paragraphs = text.split("\\n\\n", 3);
        var sentences = String.join(" ", END.splitAsStream(paragraphs[0]).limit(count).toList());
        return sentences.endsWith(":") && paragraphs.length > 1
                ? sentences + "\n\n" + paragraphs[1]
                : sentences;
    }
}
