package org.allodium.billing.internal;

import org.allodium.billing.OpenProgramme;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;

/// What a field of a form must be. A refusal names its field, so that the form can show it there.
public final class Rules {
    // numeric(24,12): twelve digits stand before the point.
    private static final int INTEGER_DIGITS = 12;

    private Rules() {}

    public static void demand(boolean met, String field, Sentence otherwise) {
        if (!met) {
            throw new Refused(ErrorCode.INVALID_REQUEST, otherwise).at(field);
        }
    }

    /// The text without the blanks around it.
    public static String text(String text, String field, int min, int max) {
        String stripped = text.strip();
        int length = stripped.codePointCount(0, stripped.length());
        demand(length >= min && length <= max, field, Sentence.of("billing.length", min, max));
        demand(stripped.indexOf('\0') < 0, field, Sentence.of("billing.no-text-character"));
        return stripped;
    }

    public static void amount(Money amount, String field) {
        demand(amount.isPositive(), field, Sentence.of("billing.no-amount"));
        var exact = amount.amount().stripTrailingZeros();
        demand(
                exact.precision() - exact.scale() <= INTEGER_DIGITS,
                field,
                Sentence.of("billing.amount-too-large"));
    }

    public static void check(OpenProgramme command) {
        text(command.title(), "title", 3, 200);
        text(command.funder(), "funder", 2, 200);
        text(command.summary(), "summary", 0, 2000);
        amount(command.budget(), "budget");
        amount(command.ceilingPerGrant(), "ceilingPerGrant");
        demand(
                command.budget().currency().equals(command.ceilingPerGrant().currency()),
                "ceilingPerGrant",
                Sentence.of("billing.two-currencies"));
        demand(
                command.ceilingPerGrant().compareTo(command.budget()) <= 0,
                "ceilingPerGrant",
                Sentence.of("billing.ceiling-above-budget"));
        demand(
                command.closesAt().isAfter(command.opensAt()),
                "closesAt",
                Sentence.of("billing.closes-before-it-opens"));
        demand(!command.eligible().isEmpty(), "eligible", Sentence.of("billing.nobody-eligible"));
    }
}
