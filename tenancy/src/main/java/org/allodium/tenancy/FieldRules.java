package org.allodium.tenancy;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.tenancy.internal.RegisterIds;

/// What a field of a form must be. A refusal names its field, so that the form can show it there.
final class FieldRules {
    private static final Set<String> COUNTRIES =
            Arrays.stream(Locale.getISOCountries()).collect(Collectors.toUnmodifiableSet());

    private FieldRules() {}

    static FoundOrganisation checked(FoundOrganisation command) {
        return new FoundOrganisation(
                name(command.name()),
                command.kind(),
                country(command.country()),
                identifier(command),
                person(command.founder()));
    }

    static String name(String text) {
        String name = text.strip();
        demand(
                name.length() >= 2 && name.length() <= 120,
                "name",
                "A name has 2 to 120 characters.");
        demand(
                name.codePoints().noneMatch(Character::isISOControl),
                "name",
                "A name has no control characters.");
        return name;
    }

    /// ISO 3166-1 alpha-2, and XA to XZ, which the standard leaves to its users.
    static String country(String code) {
        demand(
                COUNTRIES.contains(code) || code.matches("X[A-Z]"),
                "country",
                "A country is a code of two capital letters (ISO 3166-1 alpha-2).");
        return code;
    }

    static Person person(Person person) {
        demand(!person.subject().isBlank(), "subject", "A person has a subject.");
        demand(
                !person.name().isBlank() && person.name().length() <= 200,
                "person",
                "A person's name has 1 to 200 characters.");
        demand(
                person.email().matches("[^@\\s]+@[^@\\s]+") && person.email().length() <= 254,
                "email",
                "This is no e-mail address.");
        return person;
    }

    /// Letters and digits of the name in lower case; `organisation` where none is left.
    static String slug(String name) {
        String plain =
                Normalizer.normalize(name, Normalizer.Form.NFD)
                        .replaceAll("\\p{M}", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "-")
                        .replaceAll("^-|-$", "");
        return plain.isEmpty() ? "organisation" : plain;
    }

    static void demand(boolean met, String field, String sentence) {
        if (!met) {
            throw new CloudException(ErrorCode.INVALID_REQUEST, sentence, field, null);
        }
    }

    private static String identifier(FoundOrganisation command) {
        String identifier = command.identifier().strip();
        demand(
                !identifier.isEmpty() && identifier.length() <= 64,
                "identifier",
                "An identifier has 1 to 64 characters.");
        RegisterIds.objection(command.kind(), command.country(), identifier)
                .ifPresent(sentence -> demand(false, "identifier", sentence));
        return identifier;
    }
}
