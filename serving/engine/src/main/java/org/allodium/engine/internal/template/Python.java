package org.allodium.engine.internal.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;
import org.allodium.engine.internal.template.Values.Markup;
import org.jspecify.annotations.Nullable;

/// Operators and text functions with Python's results.
final class Python {
    // Of what is put together; doubled in a loop, it would fill the memory.
    private static final int MAX_TEXT = 1 << 24;
    private static final int MAX_LIST = 1 << 18;

    private Python() {}

    static Object add(Object a, Object b) {
        if (a instanceof String x && b instanceof String y) {
            return joined(x, y);
        }
        if (a instanceof Markup || b instanceof Markup) {
            return new Markup(joined(escaped(a), escaped(b)));
        }
        if (a instanceof List<?> x
                && b instanceof List<?> y
                && !(a instanceof Row)
                && !(b instanceof Row)) {
            checkLength((long) x.size() + y.size(), MAX_LIST);
            var joined = new ArrayList<Object>(x);
            joined.addAll(y);
            return List.copyOf(joined);
        }
        return arithmetic(a, b, Math::addExact, Double::sum);
    }

    private static String escaped(Object value) {
        if (value instanceof Markup markup) {
            return markup.text();
        }
        return Values.string(value)
                .replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    static Object subtract(Object a, Object b) {
        return arithmetic(a, b, Math::subtractExact, (x, y) -> x - y);
    }

    static Object multiply(Object a, Object b) {
        if (a instanceof String text) {
            int times = Math.clamp(Values.index(b), 0, 1000);
            checkLength((long) text.length() * times, MAX_TEXT);
            return text.repeat(times);
        }
        return arithmetic(a, b, Math::multiplyExact, (x, y) -> x * y);
    }

    static Object divide(Object a, Object b) {
        return Values.number(a) / nonZero(b);
    }

    static Object floorDivide(Object a, Object b) {
        nonZero(b);
        return arithmetic(a, b, Math::floorDiv, (x, y) -> Math.floor(x / y));
    }

    static Object remainder(Object a, Object b) {
        nonZero(b);
        return arithmetic(a, b, Math::floorMod, (x, y) -> x - y * Math.floor(x / y));
    }

    static Object concat(Object a, Object b) {
        return joined(Values.text(a), Values.text(b));
    }

    private static String joined(String a, String b) {
        checkLength((long) a.length() + b.length(), MAX_TEXT);
        return a + b;
    }

    /// `String.replace`, which is asked first how long its result will be.
    static String replaced(String text, String old, String by) {
        if (by.length() > old.length()) {
            long times = 0;
            if (old.isEmpty()) {
                times = 1L + text.length();
            } else {
                for (int at = text.indexOf(old);
                        at >= 0;
                        at = text.indexOf(old, at + old.length())) {
                    times++;
                }
            }
            checkLength(text.length() + times * (by.length() - old.length()), MAX_TEXT);
        }
        return text.replace(old, by);
    }

    /// Texts one behind the other, with another between.
    static String joined(List<String> parts, String between) {
        long length = (long) between.length() * parts.size();
        for (var part : parts) {
            length += part.length();
            checkLength(length, MAX_TEXT);
        }
        return String.join(between, parts);
    }

    private static void checkLength(long length, int most) {
        if (length > most) {
            throw new RenderFailure("a text or list grows too long");
        }
    }

    private static double nonZero(Object divisor) {
        double number = Values.number(divisor);
        if (number == 0) {
            throw new RenderFailure("a number is divided by zero");
        }
        return number;
    }

    private static Object arithmetic(
            Object a, Object b, BinaryOperator<Long> whole, BinaryOperator<Double> fraction) {
        if (!Values.isNumber(a) || !Values.isNumber(b)) {
            throw new RenderFailure(
                    "a "
                            + Values.typeName(a)
                            + " and a "
                            + Values.typeName(b)
                            + " are calculated with");
        }
        if (a instanceof BigInteger || b instanceof BigInteger) {
            throw new RenderFailure("a number is too large");
        }
        if (a instanceof Double || b instanceof Double) {
            return fraction.apply(Values.number(a), Values.number(b));
        }
        try {
            return whole.apply(Values.integer(a), Values.integer(b));
        } catch (ArithmeticException e) {
            throw new RenderFailure("a number is too large");
        }
    }

    static boolean isSpace(int c) {
        return (c >= 0x09 && c <= 0x0d)
                || (c >= 0x1c && c <= 0x20)
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }

    /// @param characters what to take away; null for white space
    static String strip(
            String text, @Nullable String characters, boolean leading, boolean trailing) {
        int from = 0;
        int to = text.length();
        while (leading && from < to && goes(text.codePointAt(from), characters)) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (trailing && to > from && goes(text.codePointBefore(to), characters)) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static boolean goes(int c, @Nullable String characters) {
        return characters == null ? isSpace(c) : characters.indexOf(c) >= 0;
    }

    /// `str.split`: by runs of white space if the separator is null.
    static List<Object> split(String text, @Nullable String separator, int max) {
        if (separator != null && separator.isEmpty()) {
            throw new RenderFailure("a text is split by nothing");
        }
        var parts = new ArrayList<Object>();
        int from = separator == null ? spacesEnd(text, 0) : 0;
        while (max < 0 || parts.size() < max) {
            int cut = separator == null ? firstSpace(text, from) : text.indexOf(separator, from);
            if (cut < 0) {
                break;
            }
            parts.add(text.substring(from, cut));
            from = separator == null ? spacesEnd(text, cut) : cut + separator.length();
        }
        if (separator != null || from < text.length()) {
            parts.add(text.substring(from));
        }
        return List.copyOf(parts);
    }

    private static int firstSpace(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (isSpace(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    private static int spacesEnd(String text, int from) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /// A fraction as Python writes it: the shortest digits that mean it.
    static String repr(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new RenderFailure("a number is none");
        }
        var shortest = new BigDecimal(Double.toString(number));
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        double size = Math.abs(number);
        if (size < 1e-4 || size >= 1e16) {
            var digits = shortest.stripTrailingZeros();
            int exponent = digits.precision() - digits.scale() - 1;
            var mantissa = digits.movePointLeft(exponent).stripTrailingZeros().toPlainString();
            return "%se%s%02d".formatted(mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
        }
        var plain = shortest.stripTrailingZeros().toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }

    static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.offsetByCodePoints(0, 1);
        return upper(text.substring(0, first)) + lower(text.substring(first));
    }

    /// `str.title`: each run of letters begins with a capital.
    static String title(String text) {
        var out = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            out.appendCodePoint(inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inside = Character.isLetter(c);
            i += Character.charCount(c);
        }
        return out.toString();
    }

    /// Jinja's filter of that name: words begin behind blanks, hyphens and opening brackets.
    static String titleOfWords(String text) {
        var out = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < text.length(); ) {
            var letter = Character.toString(text.codePointAt(i));
            boolean border = "-({[<".contains(letter) || isSpace(letter.codePointAt(0));
            out.append(inside ? lower(letter) : upper(letter));
            inside = !border;
            i += letter.length();
        }
        return out.toString();
    }

    /// `str.splitlines`, with a last empty line where the text ends with a break.
    static String[] lines(String text) {
        return text.split("\\r\\n|[\\n\\r\\x0b\\f\\x1c-\\x1e\\x85\\u2028\\u2029]", -1);
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
