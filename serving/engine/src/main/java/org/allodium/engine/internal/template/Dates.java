package org.allodium.engine.internal.template;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The date for templates that tell the model what day it is: in UTC and English on any machine.
final class Dates {
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
        var pattern =
                switch (letter) {
                    case 'Y' -> "yyyy";
                    case 'y' -> "yy";
                    case 'm' -> "MM";
                    case 'd' -> "dd";
                    case 'B' -> "MMMM";
                    case 'b' -> "MMM";
                    case 'A' -> "EEEE";
                    case 'a' -> "EEE";
                    case 'H' -> "HH";
                    case 'I' -> "hh";
                    case 'M' -> "mm";
                    case 'S' -> "ss";
                    case 'p' -> "a";
                    case 'j' -> "DDD";
                    default ->
                            throw new RenderFailure("%" + letter + " of strftime_now is not known");
                };
        return time.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
    }
}
