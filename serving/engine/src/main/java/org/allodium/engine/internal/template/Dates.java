package org.allodium.engine.internal.template;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The date for templates that tell the model what day it is: in UTC and English on any machine.
final class Dates {
    private static final Map<Character, String> PATTERNS =
            Map.ofEntries(
                    Map.entry('Y', "yyyy"),
                    Map.entry('y', "yy"),
                    Map.entry('m', "MM"),
                    Map.entry('d', "dd"),
                    Map.entry('B', "MMMM"),
                    Map.entry('b', "MMM"),
                    Map.entry('A', "EEEE"),
                    Map.entry('a', "EEE"),
                    Map.entry('H', "HH"),
                    Map.entry('I', "hh"),
                    Map.entry('M', "mm"),
                    Map.entry('S', "ss"),
                    Map.entry('p', "a"),
                    Map.entry('j', "DDD"));
    private static final Clock UTC = Clock.systemUTC();

    private Dates() {}

    static String now(String format) {
        return write(format, LocalDateTime.now(UTC));
    }

    /// As C's `strftime` does.
    static String write(String format, LocalDateTime time) {
        var out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            char letter = format.charAt(++i);
            if (letter == '%') {
                out.append('%');
            } else {
                out.append(part(letter, time));
            }
        }
        return out.toString();
    }

    private static String part(char letter, LocalDateTime time) {
        @Nullable String pattern = PATTERNS.get(letter);
        if (pattern == null) {
            throw new RenderFailure("%" + letter + " of strftime_now is not known");
        }
        return time.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
    }
}
