package org.allodium.engine.internal.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.allodium.engine.internal.grammar.Regular.Range;
import org.allodium.engine.internal.grammar.Regular.Repeat;
import org.jspecify.annotations.Nullable;

/// Numbers between bounds, written without exponent.
final class Decimals {
    private static final int MOST_DIGITS = Numbers.MOST_DIGITS;
    private static final Regular DIGIT = new Range('0', '9');
    private static final Regular DIGITS = new Repeat(DIGIT, 0, Regular.UNLIMITED);
    private static final Regular POINT = Regular.text(".");
    private static final Regular NOTHING = new Regular.Either(List.of());

    /// All numbers from 0 on with as many digits as we write.
    private static final Dfa ANY =
            Dfa.of(
                    Regular.chain(
                            Numbers.integers(BigInteger.ZERO, Numbers.LARGEST),
                            Regular.optional(
                                    Regular.chain(POINT, new Repeat(DIGIT, 1, MOST_DIGITS)))));

    /// @param inclusive whether the number itself is within
    record Bound(BigDecimal number, boolean inclusive) {
        Bound negated() {
            return new Bound(number.negate(), inclusive);
        }
    }

    private Decimals() {}

    /// Whether a bound has more digits than we write.
    static boolean tooFine(BigDecimal number) {
        var plain = number.stripTrailingZeros();
        return plain.scale() > MOST_DIGITS
                || plain.abs().compareTo(new BigDecimal(Numbers.LARGEST)) > 0;
    }

    /// Empty if no number lies between.
    static List<Node> between(@Nullable Bound low, @Nullable Bound high) {
        var options = new ArrayList<Node>();
        var upwards = magnitudes(low, high);
        if (!upwards.isEmpty()) {
            options.add(new Node.Leaf(upwards));
        }
        var below =
                magnitudes(
                        high == null ? null : high.negated(), low == null ? null : low.negated());
        if (!below.isEmpty()) {
            options.add(new Node.Chain(new Node.Leaf(new Literal("-")), new Node.Leaf(below)));
        }
        return options;
    }

    /// Those of the numbers between that are not negative.
    private static Dfa magnitudes(@Nullable Bound low, @Nullable Bound high) {
        var all = ANY;
        if (low != null && low.number().signum() >= 0) {
            all = Dfa.both(all, Dfa.of(atLeast(low)));
        }
        if (high != null) {
            all = Dfa.both(all, Dfa.of(high.number().signum() < 0 ? NOTHING : atMost(high)));
        }
        return all;
    }

    private static Regular atLeast(Bound low) {
        var whole = low.number().toBigInteger();
        var fraction = fraction(low.number());
        var options = new ArrayList<Regular>();
        options.add(
                Regular.chain(
                        Numbers.integers(
                                whole.add(BigInteger.ONE), BigInteger.TEN.pow(MOST_DIGITS)),
                        Regular.optional(Regular.chain(POINT, DIGITS))));
        var same = Regular.text(whole.toString());
        options.add(Regular.chain(same, POINT, fractionAtLeast(fraction, low.inclusive())));
        if (fraction.isEmpty() && low.inclusive()) {
            options.add(same);
        }
        return new Regular.Either(options);
    }

    private static Regular atMost(Bound high) {
        var whole = high.number().toBigInteger();
        var fraction = fraction(high.number());
        var options = new ArrayList<Regular>();
        if (whole.signum() > 0) {
            options.add(
                    Regular.chain(
                            Numbers.integers(BigInteger.ZERO, whole.subtract(BigInteger.ONE)),
                            Regular.optional(Regular.chain(POINT, DIGITS))));
        }
        var same = Regular.text(whole.toString());
        options.add(Regular.chain(same, POINT, fractionAtMost(fraction, high.inclusive())));
        if (!fraction.isEmpty() || high.inclusive()) {
            options.add(same);
        }
        return new Regular.Either(options);
    }

    /// The digits behind the point, without zeros at the end.
    private static String fraction(BigDecimal number) {
        var rest = number.subtract(new BigDecimal(number.toBigInteger())).stripTrailingZeros();
        return rest.signum() == 0 ? "" : rest.toPlainString().substring(2);
    }

    private static Regular fractionAtLeast(String digits, boolean inclusive) {
        if (digits.isEmpty()) {
            var more = Regular.chain(DIGITS, new Range('1', '9'), DIGITS);
            return inclusive ? DIGITS : more;
        }
        char first = digits.charAt(0);
        var options = new ArrayList<Regular>();
        if (first < '9') {
            options.add(Regular.chain(new Range(first + 1, '9'), DIGITS));
        }
        options.add(
                Regular.chain(
                        new Range(first, first), fractionAtLeast(digits.substring(1), inclusive)));
        return new Regular.Either(options);
    }

    private static Regular fractionAtMost(String digits, boolean inclusive) {
        if (digits.isEmpty()) {
            return inclusive ? new Repeat(Regular.text("0"), 0, Regular.UNLIMITED) : NOTHING;
        }
        char first = digits.charAt(0);
        var options = new ArrayList<Regular>();
        options.add(Regular.text(""));
        if (first > '0') {
            options.add(Regular.chain(new Range('0', first - 1), DIGITS));
        }
        options.add(
                Regular.chain(
                        new Range(first, first), fractionAtMost(digits.substring(1), inclusive)));
        return new Regular.Either(options);
    }
}
