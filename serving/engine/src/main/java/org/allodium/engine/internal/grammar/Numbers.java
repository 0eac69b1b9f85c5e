package org.allodium.engine.internal.grammar;

import java.math.BigInteger;
import java.util.ArrayList;
import org.allodium.engine.internal.grammar.Regular.Range;
import org.allodium.engine.internal.grammar.Regular.Repeat;

/// Numbers of JSON. Their digits are bounded, so that whoever reads an integer finds room for it in
/// 64 bits and no answer consists of digits alone.
final class Numbers {
    static final int MOST_DIGITS = 18;
    static final BigInteger LARGEST = BigInteger.TEN.pow(MOST_DIGITS).subtract(BigInteger.ONE);

    private static final Regular DIGIT = new Range('0', '9');
    private static final Regular MINUS = Regular.text("-");
    private static final Regular NATURAL =
            Regular.either(
                    Regular.text("0"),
                    Regular.chain(new Range('1', '9'), new Repeat(DIGIT, 0, MOST_DIGITS - 1)));

    static final Regular INTEGER = Regular.chain(Regular.optional(MINUS), NATURAL);
    static final Regular NUMBER =
            Regular.chain(
                    INTEGER,
                    Regular.optional(
                            Regular.chain(Regular.text("."), new Repeat(DIGIT, 1, MOST_DIGITS))),
                    Regular.optional(
                            Regular.chain(
                                    Regular.texts("e", "E"),
                                    Regular.optional(Regular.texts("+", "-")),
                                    new Repeat(DIGIT, 1, 2))));

    private Numbers() {}

    /// The integers from `low` to `high`, both within [#LARGEST] of zero and in this order.
    static Regular integers(BigInteger low, BigInteger high) {
        var options = new ArrayList<Regular>();
        if (high.signum() >= 0) {
            options.add(naturals(low.max(BigInteger.ZERO), high));
        }
        if (low.signum() < 0) {
            var least = high.signum() < 0 ? high.negate() : BigInteger.ONE;
            options.add(Regular.chain(MINUS, naturals(least, low.negate())));
        }
        return new Regular.Either(options);
    }

    private static Regular naturals(BigInteger low, BigInteger high) {
        var options = new ArrayList<Regular>();
        var from = low;
        while (from.compareTo(high) <= 0) {
            int digits = from.toString().length();
            var to = high.min(BigInteger.TEN.pow(digits).subtract(BigInteger.ONE));
            options.add(sameLength(from.toString(), to.toString()));
            from = to.add(BigInteger.ONE);
        }
        return new Regular.Either(options);
    }

    /// Digits from `low` to `high`, which have equal length.
    private static Regular sameLength(String low, String high) {
        int digits = low.length();
        if (low.equals("0".repeat(digits)) && high.equals("9".repeat(digits))) {
            return new Repeat(DIGIT, digits, digits);
        }
        char a = low.charAt(0);
        char b = high.charAt(0);
        var lowRest = low.substring(1);
        var highRest = high.substring(1);
        if (a == b) {
            return Regular.chain(new Range(a, a), sameLength(lowRest, highRest));
        }
        int rest = digits - 1;
        var options = new ArrayList<Regular>();
        options.add(Regular.chain(new Range(a, a), sameLength(lowRest, "9".repeat(rest))));
        if (a + 1 < b) {
            options.add(Regular.chain(new Range(a + 1, b - 1), new Repeat(DIGIT, rest, rest)));
        }
        options.add(Regular.chain(new Range(b, b), sameLength("0".repeat(rest), highRest)));
        return new Regular.Either(options);
    }
}
