package org.allodium.billing.internal;

import org.allodium.billing.OpenProgramme;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;

/// What a field of a form must be. A refusal names its field, so that the form can show it there.
public final class Rules {
    // numeric(24,12): twelve digits stand before the point.
    private static final int INTEGER_DIGITS = 12;

    private Rules() {}

    public static void demand(boolean met, String field, String sentence) {
        if (!met) {
            throw new CloudException(ErrorCode.INVALID_REQUEST, sentence, field, null);
        }
    }

    /// The text without the blanks around it.
    public static String text(String text, String field, int min, int max) {
        String stripped = text.strip();
        int length = stripped.codePointCount(0, stripped.length());
        demand(
                length >= min && length <= max,
                field,
                "This has between " + min + " and " + max + " characters.");
        demand(stripped.indexOf('\0') < 0, field, "This has a character that no text has.");
        return stripped;
    }

    public static void amount(Money amount, String field) {
        demand(amount.isPositive(), field, "The amount is more than nothing.");
        var exact = amount.amount().stripTrailingZeros();
        demand(
                exact.precision() - exact.scale() <= INTEGER_DIGITS,
                field,
                "The amount is too large.");
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
                "Budget and ceiling are in one currency.");
        demand(
                command.ceilingPerGrant().compareTo(command.budget()) <= 0,
                "ceilingPerGrant",
                "A grant is not larger than the budget.");
        demand(
                command.closesAt().isAfter(command.opensAt()),
                "closesAt",
                "A programme closes after it opens.");
        demand(
                !command.eligible().isEmpty(),
                "eligible",
                "At least one kind of organisation may apply.");
    }
}
