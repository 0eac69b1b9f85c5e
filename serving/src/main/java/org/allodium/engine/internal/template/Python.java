package org.allodium.engine.internal.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// Operators and text functions with Python's results.
final class Python {
    private Python() {}

    static Object add(Object a, Object b) {
        if (a instanceof String x && b instanceof String y) {
            return x + y;
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            var joined = new ArrayList<Object>(x);
            joined.addAll(y);
            return List.copyOf(joined);
        }
        return arithmetic(a, b, Math::addExact, Double::sum);
    }

    static Object subtract(Object a, Object b) {
        return arithmetic(a, b, Math::subtractExact, (x, y) -> x - y);
    }

    static Object multiply(Object a, Object b) {
        if (a instanceof String text) {
            return text.repeat(Math.clamp(Values.index(b), 0, 1000));
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
        return Values.text(a) + Values.text(b);
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
        if (a instanceof Double || b instanceof Double) {
            return fraction.apply(Values.number(a), Values.number(b));
        }
        try {
            return whole.apply((long) Values.number(a), (long) Values.number(b));
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
        var rest = separator == null ? strip(text, null, true, false) : text;
        while (max < 0 || parts.size() < max) {
            int cut = separator == null ? firstSpace(rest) : rest.indexOf(separator);
            if (cut < 0) {
                break;
            }
            parts.add(rest.substring(0, cut));
            rest =
                    separator == null
                            ? strip(rest.substring(cut), null, true, false)
                            : rest.substring(cut + separator.length());
        }
        if (separator != null || !rest.isEmpty()) {
            parts.add(rest);
        }
        return List.copyOf(parts);
    }

    private static int firstSpace(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isSpace(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    /// A fraction as Python writes it: the shortest digits that mean it.
    static String repr(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new RenderFailure("a number is none");
        }
        var shortest = new BigDecimal(Double.toString(number));
        double size = Math.abs(number);
        if (size != 0 && (size < 1e-4 || size >= 1e16)) {
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

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
