package org.allodium.engine.internal.grammar;

import java.util.Map;
import org.allodium.engine.internal.grammar.Regular.Range;
import org.allodium.engine.internal.grammar.Regular.Repeat;

/// The formats of strings that are kept, each in the part of its standard that every reader takes.
final class Formats {
    private static final Regular DIGIT = new Range('0', '9');
    private static final Regular LETTER_OR_DIGIT =
            Regular.either(new Range('a', 'z'), new Range('A', 'Z'), DIGIT);
    private static final Regular HEX =
            Regular.either(DIGIT, new Range('a', 'f'), new Range('A', 'F'));

    private static final Regular MONTH =
            Regular.either(
                    Regular.chain(Regular.text("0"), new Range('1', '9')),
                    Regular.chain(Regular.text("1"), new Range('0', '2')));
    private static final Regular TO_28 =
            Regular.either(
                    Regular.chain(Regular.text("0"), new Range('1', '9')),
                    Regular.chain(Regular.text("1"), DIGIT),
                    Regular.chain(Regular.text("2"), new Range('0', '8')));
    // 29 February is left out: whether a year has one is no matter of spelling.
    private static final Regular DATE =
            Regular.chain(
                    Regular.texts("19", "20"),
                    times(DIGIT, 2),
                    Regular.text("-"),
                    Regular.either(
                            Regular.chain(MONTH, Regular.text("-"), TO_28),
                            Regular.chain(
                                    Regular.texts(
                                            "01", "03", "04", "05", "06", "07", "08", "09", "10",
                                            "11", "12"),
                                    Regular.texts("-29", "-30")),
                            Regular.chain(
                                    Regular.texts("01", "03", "05", "07", "08", "10", "12"),
                                    Regular.text("-31"))));
    private static final Regular HOUR =
            Regular.either(
                    Regular.chain(Regular.texts("0", "1"), DIGIT),
                    Regular.chain(Regular.text("2"), new Range('0', '3')));
    private static final Regular OFFSET_HOUR =
            Regular.either(
                    Regular.chain(Regular.text("0"), DIGIT),
                    Regular.chain(Regular.text("1"), new Range('0', '3')));
    private static final Regular SIXTY = Regular.chain(new Range('0', '5'), DIGIT);
    private static final Regular TIME =
            Regular.chain(
                    HOUR,
                    Regular.text(":"),
                    SIXTY,
                    Regular.text(":"),
                    SIXTY,
                    Regular.optional(Regular.chain(Regular.text("."), new Repeat(DIGIT, 1, 9))),
                    Regular.either(
                            Regular.text("Z"),
                            Regular.chain(
                                    Regular.texts("+", "-"),
                                    OFFSET_HOUR,
                                    Regular.texts(":00", ":15", ":30", ":45"))));
    private static final Regular UUID =
            Regular.chain(
                    times(HEX, 8),
                    Regular.text("-"),
                    times(HEX, 4),
                    Regular.text("-"),
                    times(HEX, 4),
                    Regular.text("-"),
                    times(HEX, 4),
                    Regular.text("-"),
                    times(HEX, 12));
    private static final Regular LABEL =
            Regular.chain(
                    LETTER_OR_DIGIT,
                    new Repeat(
                            Regular.chain(Regular.optional(Regular.text("-")), LETTER_OR_DIGIT),
                            0,
                            15));
    private static final Regular TOP =
            new Repeat(Regular.either(new Range('a', 'z'), new Range('A', 'Z')), 2, 12);
    private static final Regular HOST =
            Regular.chain(new Repeat(Regular.chain(LABEL, Regular.text(".")), 1, 4), TOP);
    private static final Regular EMAIL =
            Regular.chain(
                    LETTER_OR_DIGIT,
                    new Repeat(
                            Regular.chain(
                                    Regular.optional(Regular.texts(".", "_", "-", "+")),
                                    LETTER_OR_DIGIT),
                            0,
                            24),
                    Regular.text("@"),
                    HOST);
    private static final Regular BYTE =
            Regular.either(
                    DIGIT,
                    Regular.chain(new Range('1', '9'), DIGIT),
                    Regular.chain(Regular.text("1"), DIGIT, DIGIT),
                    Regular.chain(Regular.text("2"), new Range('0', '4'), DIGIT),
                    Regular.chain(Regular.text("25"), new Range('0', '5')));
    private static final Regular IPV4 =
            Regular.chain(
                    BYTE,
                    Regular.text("."),
                    BYTE,
                    Regular.text("."),
                    BYTE,
                    Regular.text("."),
                    BYTE);

    static final Map<String, Regular> KNOWN =
            Map.of(
                    "date", DATE,
                    "time", TIME,
                    "date-time", Regular.chain(DATE, Regular.text("T"), TIME),
                    "uuid", UUID,
                    "email", EMAIL,
                    "hostname", HOST,
                    "ipv4", IPV4);

    private Formats() {}

    private static Regular times(Regular part, int n) {
        return new Repeat(part, n, n);
    }
}
